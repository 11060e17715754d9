"""The figures of torch on one GPU: `python3 -m tests.bench.gpu [--shape small]`.

Needs torch, transformers and numpy, and no other package: a bare CUDA machine will do. Progress on
stderr, one JSON object on stdout as the last line. Without a CUDA device it exits 2 and says so;
the small shape runs on a processor too, in float32, to see that the way is whole: its figures mean
nothing.

Why 25 frames/s at 5 policies of 180 tokens are within reach of one H100 (arithmetic, not measured;
`operations.py` counts it): a frame needs 16.8 TFLOP, 1.3 of them in the vision tower and 0.15 in
attention, so that 25 frames/s are 419 TFLOP/s. Where a plain product of 8192 squared runs at 700
TFLOP/s, that is 60 % of it. A batch of 32 frames gives every product 8 700 rows or more, with which
it runs at about the plain product's pace: 24 ms of the 40. What else is to pay: norms, rotations
and gates, 250 KB a token and layer or 8 GB a frame (3 ms at 2.6 TB/s), attention (2 ms), and what
the tower's smaller products lose (2 ms). Rows behind one prefix need 1.8 times fewer operations
than five whole prompts, so `rows_speedup` cannot be more than that.
"""

import argparse
import importlib.util
import json
import sys

NEEDED = ("torch", "transformers", "numpy")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the torch runtime on one GPU.")
    parser.add_argument("--shape", choices=("7b", "small"), default="7b", help="7b: as published")
    shape = parser.parse_args().shape
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.stderr.write(f"bench-gpu needs {', '.join(NEEDED)}; missing: {', '.join(missing)}\n")
        return 2
    from tests.bench.gpu_figures import device_for, measure

    device = device_for(shape)
    if device is None:
        sys.stderr.write("bench-gpu needs a CUDA device and found none; nothing was measured\n")
        return 2
    print(json.dumps(measure(shape, device)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Export a published folder in a process of its own, and say how much memory that took.

    python -m tests.engines.safeguard.lean FOLDER OUT

Prints one JSON object: bytes of the 16-bit weights, and the peak of resident memory after each step
(which only grows), both in bytes.
"""

import json
import resource
import sys
from pathlib import Path

from engines.safeguard.checkpoint import needed, read_shape, transfer
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision

SIDE, S_MAX = 448, 1024


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    source, out = map(Path, sys.argv[1:])
    peaks = {"imports": peak()}
    shape = read_shape(source, SIDE)
    weights = out / "model.safetensors"
    transfer(source, needed(shape), weights, "bfloat16")
    peaks["weights"] = peak()
    write_vision(shape, out / "vision.onnx", Weights(weights))
    peaks["vision"] = peak()
    write_decoder(shape, S_MAX, out / "decoder.onnx", Weights(weights))
    peaks["decoder"] = peak()
    sys.stdout.write(json.dumps({"weights": weights.stat().st_size, "peaks": peaks}) + "\n")


if __name__ == "__main__":
    main()

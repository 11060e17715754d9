"""Compile a published folder in a process of its own, and say how much memory that took.

    python -m tests.engines.safeguard.lean FOLDER OUT

For a runtime that does not execute here, so that all that is measured is the compile: weights,
graphs and the reference. Prints one JSON object: bytes of the 16-bit weights, and the peak of
resident memory when each step began and at the end (which only grows), both in bytes.
"""

import json
import logging
import resource
import sys
from pathlib import Path

from engines.compile.cases import drawn_cases
from engines.compile.hub import find
from engines.compile.order import Order
from engines.compile.outline import outline
from engines.compile.source import read_source
from engines.compile.whole import Compile


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    logging.disable(logging.WARNING)
    folder, out = sys.argv[1:]
    source = read_source(find(folder, None), None, None)
    order = Order(Path(out), runtime="tensorrt", ungated=True)
    peaks = {"imports": peak()}
    Compile(order, source, drawn_cases, lambda said: peaks.update({said: peak()})).run()
    peaks["end"] = peak()
    weights = (order.out / "model.safetensors").stat().st_size
    expected = outline(order, source)["memory_bytes"]
    sys.stdout.write(json.dumps({"weights": weights, "expected": expected, "peaks": peaks}) + "\n")


if __name__ == "__main__":
    main()

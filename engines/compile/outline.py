"""Say what a compile would do before it does it: sizes on disk, in memory and for each row."""

import math
import shutil
from pathlib import Path
from typing import Any

from engines.safeguard.checkpoint import needed
from engines.safeguard.shape import Shape

from .inputs import SCENES
from .order import Order
from .source import Source

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
LIBRARIES = 1_000_000_000  # torch with its exporter, resident
GRAPHS = 100_000_000  # the graphs, golden pictures and the reference's logits, on disk


def outline(order: Order, source: Source) -> dict[str, Any]:
    """Everything known without reading a weight."""
    shape, size = source.shape, BYTES[order.precision]
    weights = source.parameters * size
    return {
        "model": source.name,
        "architecture": source.architecture,
        "parameters": source.parameters,
        "runtime": order.runtime,
        "precision": order.precision,
        "image_side": shape.vision.side,
        "image_tokens": shape.vision.tokens,
        "s_max": source.s_max,
        "asked_as": sorted(source.modes),
        "weights_bytes": weights,
        "cache_bytes_per_row": cache_bytes(shape, source.s_max, size),
        "disk_bytes": weights + GRAPHS,
        "memory_bytes": LIBRARIES + working_bytes(shape),
        "out": str(order.out),
    }


def working_bytes(shape: Shape) -> int:
    """What is resident while weights are copied and the reference runs, with what the heap keeps.

    The largest tensor in 16 bits, one layer in float32, and the golden pictures between two blocks
    of the tower; the heap holds on to as much again (tests/long/test_export_memory.py).
    """
    sizes = {name: math.prod(size) for name, size in needed(shape).items()}
    layer = sum(count for name, count in sizes.items() if ".layers.0." in name)
    vision = shape.vision
    between = len(SCENES) * vision.patches * (10 * vision.width + 3 * vision.inner)
    return 2 * (2 * max(sizes.values()) + 4 * layer + 4 * between)


def cache_bytes(shape: Shape, s_max: int, size: int) -> int:
    """Keys and values of one row."""
    text = shape.text
    return 2 * text.layers * text.kv_heads * s_max * text.head_width * size


def free_bytes(path: Path) -> int:
    """Free disk where a folder is or would be."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free

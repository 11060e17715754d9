"""Say what a compile would do before it does it: sizes on disk, in memory and for each row."""

import math
from pathlib import Path
from typing import Any

from engines.safeguard.checkpoint import needed
from engines.safeguard.shape import Shape

from .order import Order
from .source import Source

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
LIBRARIES = 900_000_000  # torch, its exporter and transformers' absence, resident
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
    """What is resident at once while weights are copied and the reference runs."""
    sizes = {name: math.prod(size) for name, size in needed(shape).items()}
    largest = 2 * max(sizes.values()) * 2  # in 16 bits, read and cast
    layer = sum(count for name, count in sizes.items() if ".layers.0." in name)
    return max(largest, 3 * 4 * layer // 2)


def cache_bytes(shape: Shape, s_max: int, size: int) -> int:
    """Keys and values of one row."""
    text = shape.text
    return 2 * text.layers * text.kv_heads * s_max * text.head_width * size


def free_bytes(path: Path) -> int:
    """Free disk where a folder is or would be."""
    import shutil

    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free

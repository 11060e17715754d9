"""Compare boxes: how much of their area two of them share. Pure."""

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]  # (N, 4) left, top, right, bottom


def overlaps(box: Boxes, boxes: Boxes) -> NDArray[np.float32]:
    """Intersection over union of one box (4,) with each of (N, 4)."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    total = np.prod(box[2:] - box[:2]) + areas - shared
    return np.asarray(shared / np.maximum(total, 1e-12), np.float32)

"""Number the tokens: which position each token of the image prefix and of a policy row has.

Source: transformers `Qwen2_5_VLModel.get_rope_index`.
Differences: 1) one still picture, always at the same place.
"""

import numpy as np
from numpy.typing import NDArray

from .shape import VisionShape

Positions = NDArray[np.int64]


def prefix_positions(vision: VisionShape, before: int, after: int) -> Positions:
    """Time, row and column of each prefix token, (3, before + tokens + after)."""
    side = vision.grid // vision.merge
    places = np.indices((1, side, side)).reshape(3, -1) + before
    return np.concatenate(
        (_straight(0, before), places, _straight(before + side, after)), axis=1
    ).astype(np.int64)


def row_positions(starts: NDArray[np.int64], length: int) -> Positions:
    """Positions of `length` text tokens a row, beginning at starts (B,): (3, B, length)."""
    straight = starts[:, None] + np.arange(length)
    return np.broadcast_to(straight, (3, *straight.shape)).astype(np.int64)


def _straight(start: int, length: int) -> Positions:
    return np.broadcast_to(np.arange(start, start + length), (3, length)).astype(np.int64)

"""Fit a frame of any size into the model's square, black bars around it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def letterbox(frame: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Area-resize a frame so that its longer side is `side`, and centre it on black.

    frame:   (H, W, 3) RGB, any size
    returns: (side, side, 3)
    """
    height, width = frame.shape[:2]
    longer = max(height, width)
    fitted = tuple(max(1, round(length * side / longer)) for length in (width, height))
    small = Image.fromarray(frame).resize((fitted[0], fitted[1]), Image.Resampling.BOX)
    square = np.zeros((side, side, 3), np.uint8)
    left, top = (side - fitted[0]) // 2, (side - fitted[1]) // 2
    square[top : top + fitted[1], left : left + fitted[0]] = np.asarray(small)
    return square

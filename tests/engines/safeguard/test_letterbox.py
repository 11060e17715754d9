"""Letterboxing keeps the whole picture, centred, whatever its shape."""

import numpy as np
import pytest

from engines.safeguard.letterbox import letterbox


@pytest.mark.parametrize(
    ("height", "width", "top", "left"),
    [
        (96, 96, 0, 0),
        (288, 384, 12, 0),
        (720, 1280, 21, 0),
        (1280, 720, 0, 21),
        (10, 20, 24, 0),
        (1, 500, 47, 0),
    ],
)
def test_the_picture_is_centred_between_black_bars(
    height: int, width: int, top: int, left: int
) -> None:
    square = letterbox(np.full((height, width, 3), 200, np.uint8), 96)
    filled = square.sum(-1) > 0
    assert square.shape == (96, 96, 3)
    assert (int(filled.any(1).argmax()), int(filled.any(0).argmax())) == (top, left)
    assert (square[filled] == 200).all()


def test_shrinking_averages_areas() -> None:
    frame = np.zeros((192, 192, 3), np.uint8)
    frame[::2] = 100
    assert (letterbox(frame, 96) == 50).all()


def test_a_square_that_fits_is_left_alone() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (96, 96, 3)).astype(np.uint8)
    assert (letterbox(frame, 96) == frame).all()

"""Patches come in the order in which merging wants them."""

import numpy as np

from engines.safeguard.pixels import patch_places, patchify
from engines.safeguard.shape import VisionShape

SHAPE = VisionShape(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))


def test_four_neighbours_stand_together() -> None:
    assert patch_places(SHAPE)[:5].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [0, 2]]


def test_a_patch_holds_its_pixels_by_colour_and_frame() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3)).astype(np.uint8)
    patches = patchify(frames, SHAPE)
    assert patches.shape == (2 * 144, 384) and patches.dtype == np.float32
    for number, (row, column) in enumerate(patch_places(SHAPE)):
        pixels = frames[1, 8 * row : 8 * row + 8, 8 * column : 8 * column + 8] / 255
        cut = patches[144 + number].reshape(3, 2, 8, 8)
        assert np.allclose(cut[:, 0], pixels.transpose(2, 0, 1))
        assert (cut[:, 0] == cut[:, 1]).all()

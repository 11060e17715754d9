"""Patches come in the order in which merging wants them."""

import numpy as np
import pytest
from PIL import Image

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


@pytest.mark.torch
@pytest.mark.parametrize(
    "shape",
    [
        VisionShape(side=112, patch=14),  # Qwen2.5-VL
        VisionShape(side=96, patch=16, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),  # Qwen3-VL
    ],
)
def test_patches_are_those_of_the_published_processor(shape: VisionShape) -> None:
    from transformers import Qwen2VLImageProcessorPil

    theirs = Qwen2VLImageProcessorPil(
        patch_size=shape.patch,
        merge_size=shape.merge,
        temporal_patch_size=shape.temporal,
        image_mean=[*shape.mean],
        image_std=[*shape.std],
        size={"shortest_edge": shape.side**2, "longest_edge": shape.side**2},
    )
    frames = np.random.default_rng(0).integers(0, 256, (2, shape.side, shape.side, 3))
    images = [Image.fromarray(frame.astype(np.uint8)) for frame in frames]
    want = theirs(images=images, return_tensors="np")
    assert want["image_grid_thw"].tolist() == [[1, shape.grid, shape.grid]] * 2
    assert np.abs(patchify(frames.astype(np.uint8), shape) - want["pixel_values"]).max() < 1e-6

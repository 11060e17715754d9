"""The reference reads a published folder layer by layer and agrees with transformers' classes."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engines.compile.reference import Asked, reference
from engines.safeguard.pixels import patchify
from engines.safeguard.shape import Shape
from tests.engines.safeguard.stock import (
    DEEP,
    DEEP_UNTIED,
    PAD,
    START,
    STOP,
    WHOLE,
    WINDOWS,
    stock,
)

pytestmark = pytest.mark.torch
TEXTS = ((STOP, 8, 9, 10), (STOP, 20, 11, 12, 13, 14))


@pytest.mark.parametrize(
    "shape",
    [WHOLE, WINDOWS, DEEP, DEEP_UNTIED],
    ids=["whole", "windows", "deep", "deep, untied"],
)
@torch.no_grad()
def test_the_logits_are_those_of_transformers(shape: Shape, tmp_path: Path) -> None:
    theirs, vision = stock(shape), shape.vision
    theirs.save_pretrained(tmp_path, max_shard_size="1MB")
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, (2, vision.side, vision.side, 3)).astype(np.uint8)
    places = [(len(text) - 2, len(text) - 1) for text in TEXTS]
    asked = [
        Asked(1 - i, (7, START), text, place)
        for i, (text, place) in enumerate(zip(TEXTS, places, strict=True))
    ]
    layers: list[str] = []
    found = reference(tmp_path, shape, frames, asked, layers.append)
    for i, (text, logits) in enumerate(zip(TEXTS, found, strict=True)):
        ids = torch.tensor([[7, START, *[PAD] * vision.tokens, *text]])
        want = theirs(
            input_ids=ids,
            pixel_values=torch.from_numpy(patchify(frames[1 - i : 2 - i], vision)),
            image_grid_thw=torch.tensor([[1, vision.grid, vision.grid]]),
            mm_token_type_ids=(ids == PAD).int(),
        ).logits[0, -2:]
        assert np.abs(logits - want.numpy()).max() < 1e-4
    assert layers[-1] == f"layer {shape.text.layers} of {shape.text.layers}"

"""Frames become the tokens that the tower itself makes of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engines.safeguard.device.vision import UNITS, patchify, see, widen
from engines.safeguard.model import SafeGuard
from engines.safeguard.pixels import patchify as patchify_here
from engines.safeguard.shape import Shape
from engines.safeguard.vision import Vision
from tests.engines.safeguard.stock import DEEP, WHOLE, WINDOWS

pytestmark = pytest.mark.torch


def frames(shape: Shape, count: int = 3) -> torch.Tensor:
    side = shape.vision.side
    return torch.randint(0, 256, (count, side, side, 3), dtype=torch.uint8)


ODD = replace(WHOLE, vision=replace(WHOLE.vision, inner=342))  # the published 3420 is odd, too


@pytest.mark.parametrize("shape", [ODD, WINDOWS], ids=["odd", "windows"])
@torch.inference_mode()
def test_the_tower_says_the_same(shape: Shape) -> None:
    torch.manual_seed(0)
    vision, pictures = SafeGuard(shape).eval().visual, frames(shape)
    want = vision(torch.from_numpy(patchify_here(pictures.numpy(), shape.vision)))
    widen(vision)
    tokens, levels = see(vision, pictures)
    assert levels is None and tokens.shape == want.shape
    assert (tokens - want).abs().max() <= 1e-5 * want.abs().max()


@torch.inference_mode()
def test_a_tower_of_several_levels_says_them_all() -> None:
    torch.manual_seed(0)
    vision, pictures = SafeGuard(DEEP).eval().visual, frames(DEEP)
    want = vision(torch.from_numpy(patchify_here(pictures.numpy(), DEEP.vision)))
    widen(vision)
    for one, other in zip(see(vision, pictures), want, strict=True):
        assert one is not None and (one - other).abs().max() <= 1e-5 * other.abs().max()


def test_patches_are_those_of_the_processor() -> None:
    pictures = frames(WINDOWS)
    here = patchify_here(pictures.numpy(), WINDOWS.vision)
    assert np.abs(patchify(pictures, WINDOWS.vision).numpy() - here).max() <= 1e-6


def test_a_feed_forward_layer_of_odd_size_is_widened() -> None:
    vision = Vision(ODD)
    widen(vision)
    sizes = {
        tuple(value.shape) for name, value in vision.named_parameters() if "down_proj.w" in name
    }
    assert sizes == {(128, 384)} and 384 % UNITS == 0

"""Our vision towers and decoders are transformers', number by number."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from engines.safeguard.model import SafeGuard
from engines.safeguard.names import our_names, stock_names
from engines.safeguard.pixels import patchify
from engines.safeguard.ports import cache_names
from engines.safeguard.rows import prefix_positions, row_positions
from engines.safeguard.shape import Shape, VisionShape
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
SHAPES = pytest.mark.parametrize(
    "shape",
    [WHOLE, WINDOWS, DEEP, DEEP_UNTIED],
    ids=["whole", "windows", "deep", "deep, untied"],
)
BEFORE, S_MAX = 2, 64


def ours(theirs: PreTrainedModel, shape: Shape) -> SafeGuard:
    guard = SafeGuard(shape).eval()
    guard.load_state_dict(our_names(theirs.state_dict(), shape))
    return guard


def picture(shape: Shape) -> Tensor:
    side = shape.vision.side
    frames = np.random.default_rng(0).integers(0, 256, (1, side, side, 3)).astype(np.uint8)
    return torch.from_numpy(patchify(frames, shape.vision))


def embedded(guard: SafeGuard, ids: Tensor, pixels: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The words and the picture among them; what the inner levels add, if there are any."""
    vision = guard.shape.vision
    x, inner = guard.language_model.embed_tokens(ids), []
    seen = guard.visual(pixels)
    if vision.deep_blocks:
        seen, levels = seen
        inner = [torch.zeros(1, levels.shape[1], ids.shape[1], x.shape[2])]
        inner[0][:, :, BEFORE : BEFORE + vision.tokens] = levels
    x[:, BEFORE : BEFORE + vision.tokens] = seen
    return x, inner


@SHAPES
@torch.no_grad()
def test_a_picture_and_a_text_give_the_same_logits(shape: Shape) -> None:
    theirs, vision = stock(shape), shape.vision
    guard, pixels = ours(theirs, shape), picture(shape)
    ids = torch.tensor([[7, START, *[PAD] * vision.tokens, STOP, 8, 9, 10]])
    grid = torch.tensor([[1, vision.grid, vision.grid]])
    kinds = (ids == PAD).int()
    want = theirs(
        input_ids=ids, pixel_values=pixels, image_grid_thw=grid, mm_token_type_ids=kinds
    ).logits[0, -1]
    x, inner = embedded(guard, ids, pixels)
    prefix = prefix_positions(vision, BEFORE, 1)
    rest = row_positions(np.array([prefix.max() + 1]), 3)[:, 0]
    positions = torch.from_numpy(np.concatenate((prefix, rest), 1))[:, None]
    size = (1, shape.text.kv_heads, S_MAX, shape.text.head_width)
    caches = [torch.zeros(size) for _ in cache_names(shape)]
    zero, last = torch.tensor([0]), torch.tensor([ids.shape[1] - 1])
    got = guard.language_model(x, positions, zero, last, *caches, *inner)[0][0]
    assert (got - want).abs().max() < 1e-4


@SHAPES
def test_parameters_bear_the_names_of_the_stock_class(shape: Shape) -> None:
    theirs = stock(shape)
    tied = {"lm_head.weight"} if shape.text.tied else set()
    assert set(stock_names(ours(theirs, shape))) == set(theirs.state_dict()) - tied


@pytest.mark.parametrize("shape", [WHOLE, DEEP], ids=["plain", "deep"])
def test_tokens_have_the_positions_of_the_stock_class(shape: Shape) -> None:
    model: Any = stock(shape).model
    draw = np.random.default_rng(0)
    for _ in range(200):
        before, after, words = draw.integers(1, 40, 3).tolist()
        vision = replace(shape.vision, side=shape.vision.patch * 2 * int(draw.integers(1, 20)))
        ids = torch.tensor([[7] * before + [PAD] * vision.tokens + [8] * (after + words)])
        grid = torch.tensor([[1, vision.grid, vision.grid]])
        want, _ = model.get_rope_index(ids, (ids == PAD).int(), image_grid_thw=grid)
        prefix = prefix_positions(vision, before, after)
        rest = row_positions(np.array([prefix.max() + 1]), words)[:, 0]
        assert (np.concatenate((prefix, rest), 1) == want[:, 0].numpy()).all()


def test_a_picture_that_is_no_whole_number_of_windows_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole number of 112"):
        VisionShape(side=224 + 28, patch=14, window=112)

"""Our vision tower and decoder are transformers' Qwen2.5-VL, number by number."""

import numpy as np
import pytest
import torch
from transformers import Qwen2_5_VLForConditionalGeneration

from engines.safeguard.model import SafeGuard
from engines.safeguard.names import our_names, stock_names
from engines.safeguard.pixels import patchify
from engines.safeguard.ports import cache_names
from engines.safeguard.rows import prefix_positions, row_positions
from engines.safeguard.shape import Shape, VisionShape
from tests.engines.safeguard.stock import PAD, START, STOP, WHOLE, WINDOWS, stock

pytestmark = pytest.mark.torch
SHAPES = pytest.mark.parametrize("shape", [WHOLE, WINDOWS], ids=["whole", "windows"])


def ours(theirs: Qwen2_5_VLForConditionalGeneration, shape: Shape) -> SafeGuard:
    guard = SafeGuard(shape).eval()
    guard.load_state_dict(our_names(theirs.state_dict(), shape))
    return guard


@SHAPES
@torch.no_grad()
def test_a_picture_and_a_text_give_the_same_logits(shape: Shape) -> None:
    theirs = stock(shape)
    guard = ours(theirs, shape)
    frames = np.random.default_rng(0).integers(0, 256, (1, 96, 96, 3)).astype(np.uint8)
    pixels = torch.from_numpy(patchify(frames, shape.vision))
    ids = torch.tensor([[7, START, *[PAD] * 36, STOP, 8, 9, 10]])
    grid = torch.tensor([[1, 12, 12]])
    kinds = (ids == PAD).int()
    want = theirs(
        input_ids=ids, pixel_values=pixels, image_grid_thw=grid, mm_token_type_ids=kinds
    ).logits[0, -1]
    embeds = guard.language_model.embed_tokens(ids)
    embeds[0, 2:38] = guard.visual(pixels)[0]
    prefix = prefix_positions(shape.vision, 2, 1)
    rest = row_positions(np.array([prefix.max() + 1]), 3)[:, 0]
    positions = torch.from_numpy(np.concatenate((prefix, rest), 1))[:, None]
    caches = [torch.zeros(1, 2, 64, 32) for _ in cache_names(shape)]
    zero, last = torch.tensor([0]), torch.tensor([ids.shape[1] - 1])
    got = guard.language_model(embeds, positions, zero, last, *caches)[0][0]
    assert (got - want).abs().max() < 1e-4 * want.abs().max()


@SHAPES
def test_parameters_bear_the_names_of_the_stock_class(shape: Shape) -> None:
    theirs = stock(shape)
    tied = {"lm_head.weight"} if shape.text.tied else set()
    assert set(stock_names(ours(theirs, shape))) == set(theirs.state_dict()) - tied


def test_a_picture_that_is_no_whole_number_of_windows_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole number of 112"):
        VisionShape(side=224 + 28, patch=14, window=112)

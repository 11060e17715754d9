"""Our vision tower and decoder are transformers' Qwen2.5-VL, number by number."""

import numpy as np
import pytest
import torch
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from engines.safeguard.model import SafeGuard
from engines.safeguard.names import our_names, stock_names
from engines.safeguard.pixels import patchify
from engines.safeguard.ports import cache_names
from engines.safeguard.rows import prefix_positions, row_positions
from engines.safeguard.shape import Shape, TextShape, VisionShape

pytestmark = pytest.mark.torch
WHOLE = Shape(TextShape(50, layers=2, kv_heads=2))
WINDOWS = Shape(
    TextShape(50, layers=2, kv_heads=2, tied=False),
    VisionShape(side=96, depth=3, window=32, full_blocks=(1,)),
)
SHAPES = pytest.mark.parametrize("shape", [WHOLE, WINDOWS], ids=["whole", "windows"])
PAD, START, STOP = 3, 4, 5


def oracle(shape: Shape) -> Qwen2_5_VLForConditionalGeneration:
    text, vision = shape.text, shape.vision
    rope = {"rope_type": "default", "rope_theta": text.theta, "mrope_section": [*text.sections]}
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": text.vocabulary,
            "hidden_size": text.width,
            "intermediate_size": text.inner,
            "num_hidden_layers": text.layers,
            "num_attention_heads": text.heads,
            "num_key_value_heads": text.kv_heads,
            "rope_parameters": rope,
            "tie_word_embeddings": text.tied,
            "rms_norm_eps": text.eps,
            "initializer_range": 0.1,
        },
        vision_config={
            "depth": vision.depth,
            "hidden_size": vision.width,
            "intermediate_size": vision.inner,
            "num_heads": vision.heads,
            "patch_size": vision.patch,
            "out_hidden_size": text.width,
            "fullatt_block_indexes": [*(vision.full_blocks or range(vision.depth))],
            "window_size": vision.window or vision.side,
            "initializer_range": 0.1,
        },
        image_token_id=PAD,
        vision_start_token_id=START,
        vision_end_token_id=STOP,
        tie_word_embeddings=text.tied,
    )
    torch.manual_seed(0)
    stock = Qwen2_5_VLForConditionalGeneration(config)  # type: ignore[no-untyped-call]
    stock.eval()  # type: ignore[no-untyped-call]
    return stock


def ours(stock: Qwen2_5_VLForConditionalGeneration, shape: Shape) -> SafeGuard:
    guard = SafeGuard(shape).eval()
    guard.load_state_dict(our_names(stock.state_dict(), shape))
    return guard


@SHAPES
@torch.no_grad()
def test_a_picture_and_a_text_give_the_same_logits(shape: Shape) -> None:
    stock = oracle(shape)
    guard = ours(stock, shape)
    frames = np.random.default_rng(0).integers(0, 256, (1, 96, 96, 3)).astype(np.uint8)
    pixels = torch.from_numpy(patchify(frames, shape.vision))
    ids = torch.tensor([[7, START, *[PAD] * 36, STOP, 8, 9, 10]])
    grid = torch.tensor([[1, 12, 12]])
    kinds = (ids == PAD).int()
    want = stock(
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
    stock = oracle(shape)
    tied = {"lm_head.weight"} if shape.text.tied else set()
    assert set(stock_names(ours(stock, shape))) == set(stock.state_dict()) - tied


def test_a_picture_that_is_no_whole_number_of_windows_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole number of 112"):
        VisionShape(side=224 + 28, patch=14, window=112)

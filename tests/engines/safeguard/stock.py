"""Random models of transformers' own classes, small enough for tests."""

from dataclasses import replace
from typing import Any

import torch
from transformers import (
    PreTrainedModel,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
)

from engines.safeguard.shape import Shape, TextShape, VisionShape

WHOLE = Shape(TextShape(50, layers=2, kv_heads=2))
WINDOWS = Shape(
    TextShape(50, layers=2, kv_heads=2, tied=False),
    VisionShape(side=96, depth=3, window=32, full_blocks=(1,)),
)
DEEP = Shape(  # Qwen3-VL: a head width of its own, positions resampled from 7 x 7, two inner levels
    TextShape(
        50, layers=3, kv_heads=2, head=48, sections=(12, 6, 6), normed=True, interleaved=True
    ),
    VisionShape(depth=3, table=7, deep_blocks=(0, 2), mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
)
DEEP_UNTIED = Shape(replace(DEEP.text, tied=False, kv_heads=1), replace(DEEP.vision, side=64))
PAD, START, STOP = 3, 4, 5


@torch.no_grad()
def stock(shape: Shape) -> PreTrainedModel:
    """Norms and biases are no ones and zeros, so that one which is forgotten shows."""
    torch.manual_seed(0)
    if shape.vision.table:
        model: Any = Qwen3VLForConditionalGeneration(_deep(shape))  # type: ignore[no-untyped-call]
    else:
        model = Qwen2_5_VLForConditionalGeneration(_plain(shape))  # type: ignore[no-untyped-call]
    for name, weights in model.named_parameters():
        if weights.ndim == 1:
            weights.copy_(name.endswith(".weight") + 0.2 * torch.randn_like(weights))
    model.eval()
    return model  # type: ignore[no-any-return]


def _words(shape: Shape) -> dict[str, Any]:
    text = shape.text
    rope = {"rope_type": "default", "rope_theta": text.theta, "mrope_section": [*text.sections]}
    return {
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
    }


def _sight(shape: Shape) -> dict[str, Any]:
    vision = shape.vision
    return {
        "depth": vision.depth,
        "hidden_size": vision.width,
        "intermediate_size": vision.inner,
        "num_heads": vision.heads,
        "patch_size": vision.patch,
        "out_hidden_size": shape.text.width,
        "initializer_range": 0.1,
    }


def _ids(shape: Shape) -> dict[str, Any]:
    return {
        "image_token_id": PAD,
        "vision_start_token_id": START,
        "vision_end_token_id": STOP,
        "tie_word_embeddings": shape.text.tied,
    }


def _plain(shape: Shape) -> Qwen2_5_VLConfig:
    vision = shape.vision
    windows = {
        "fullatt_block_indexes": [*(vision.full_blocks or range(vision.depth))],
        "window_size": vision.window or vision.side,
    }
    return Qwen2_5_VLConfig(
        text_config=_words(shape), vision_config=_sight(shape) | windows, **_ids(shape)
    )


def _deep(shape: Shape) -> Qwen3VLConfig:
    text, vision = _words(shape), _sight(shape)
    text["rope_parameters"]["mrope_interleaved"] = True
    text["head_dim"] = shape.text.head
    vision["num_position_embeddings"] = shape.vision.table**2
    vision["deepstack_visual_indexes"] = [*shape.vision.deep_blocks]
    return Qwen3VLConfig(text_config=text, vision_config=vision, **_ids(shape))

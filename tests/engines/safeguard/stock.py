"""Random models of transformers' own class, small enough for tests."""

import torch
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from engines.safeguard.shape import Shape, TextShape, VisionShape

WHOLE = Shape(TextShape(50, layers=2, kv_heads=2))
WINDOWS = Shape(
    TextShape(50, layers=2, kv_heads=2, tied=False),
    VisionShape(side=96, depth=3, window=32, full_blocks=(1,)),
)
PAD, START, STOP = 3, 4, 5


def stock(shape: Shape) -> Qwen2_5_VLForConditionalGeneration:
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
    model = Qwen2_5_VLForConditionalGeneration(config)  # type: ignore[no-untyped-call]
    model.eval()  # type: ignore[no-untyped-call]
    return model

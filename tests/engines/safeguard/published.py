"""A random checkpoint in the published folder layout, written shard by shard, cheaply at any size.

    python -m tests.engines.safeguard.published FOLDER [deep]

Weights are one block of noise over and over: good for sizes and precisions, not for judging.
Qwen2.5-VL's files bear the names of 2024, as the published ones do; Qwen3-VL's (`deep`) the new
ones.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
import trl
from safetensors.torch import save_file
from torch import Tensor

from engines.safeguard.checkpoint import CONFIG, INDEX, PREPROCESSOR, needed
from engines.safeguard.parts import TOKENIZER
from engines.safeguard.shape import Shape, TextShape, VisionShape
from tests.engines.safeguard.byte_pairs import byte_pairs

LARGE = Shape(  # 1.56 thousand million parameters: the 3 B's tower, 14 layers of the 1.5 B's text
    TextShape(
        vocabulary=151_936,
        width=1536,
        layers=14,
        heads=12,
        kv_heads=2,
        inner=8960,
        theta=1e6,
        sections=(16, 24, 24),
    ),
    VisionShape(
        side=448,
        patch=14,
        depth=32,
        width=1280,
        inner=3420,
        heads=16,
        window=112,
        full_blocks=(7, 15, 23, 31),
    ),
)
LARGE_DEEP = Shape(  # 1.77 thousand million parameters: 21 of the 28 layers of the 2 B's text
    TextShape(
        vocabulary=151_936,
        width=2048,
        layers=21,
        heads=16,
        kv_heads=8,
        inner=6144,
        theta=5e6,
        sections=(24, 20, 20),
        head=128,
        normed=True,
        interleaved=True,
    ),
    VisionShape(
        side=448,
        patch=16,
        depth=24,
        width=1024,
        inner=4096,
        heads=16,
        table=48,
        deep_blocks=(5, 11, 17),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
    ),
)
SHARD_BYTES = 500_000_000
NOISE = 1 << 20  # numbers


def write_published(folder: Path, shape: Shape) -> None:
    """config.json, the shards and their index."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    noise = (torch.randn(NOISE) * 0.02).bfloat16()
    shards: list[list[str]] = [[]]
    sizes, room = needed(shape), SHARD_BYTES
    for name, size in sizes.items():
        length = 2 * torch.Size(size).numel()
        if length > room and shards[-1]:
            shards.append([])
            room = SHARD_BYTES
        shards[-1].append(name)
        room -= length
    places: dict[str, str] = {}
    for number, names in enumerate(shards, 1):
        file = f"model-{number:05}-of-{len(shards):05}.safetensors"
        save_file({file_name(n, shape): filled(n, sizes[n], noise) for n in names}, folder / file)
        places |= {file_name(name, shape): file for name in names}
    (folder / INDEX).write_text(json.dumps({"weight_map": places}))
    (folder / CONFIG).write_text(json.dumps(deep_config(shape) if deep(shape) else config(shape)))
    (folder / PREPROCESSOR).write_text(json.dumps(preprocessor(shape)))
    write_words(folder, shape)


def write_words(folder: Path, shape: Shape) -> None:
    """A small tokenizer, the published chat template, and how completions are drawn."""
    byte_pairs().save(str(folder / TOKENIZER))
    template = "qwen3_vl.jinja" if deep(shape) else "qwen2_5_vl.jinja"
    templates = Path(trl.__file__).parent / "chat_templates"
    text = (templates / template).read_text(encoding="utf-8")
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": text}))
    drawn = {"do_sample": True, "temperature": 0.1, "eos_token_id": [1, 2], "pad_token_id": 0}
    (folder / "generation_config.json").write_text(json.dumps(drawn))


def deep(shape: Shape) -> bool:
    return shape.vision.table > 0


def file_name(name: str, shape: Shape) -> str:
    if deep(shape):
        return name
    return name.replace("model.visual.", "visual.").replace("model.language_model.", "model.")


def filled(name: str, size: tuple[int, ...], noise: Tensor) -> Tensor:
    if name.endswith("weight") and ("norm" in name or "ln_q" in name):
        return torch.ones(size, dtype=torch.bfloat16)
    count = torch.Size(size).numel()
    return noise.repeat(-(-count // NOISE))[:count].view(size)


def config(shape: Shape) -> dict[str, Any]:
    text, vision = shape.text, shape.vision
    return {
        "model_type": "qwen2_5_vl",
        "architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "vocab_size": text.vocabulary,
        "hidden_size": text.width,
        "num_hidden_layers": text.layers,
        "num_attention_heads": text.heads,
        "num_key_value_heads": text.kv_heads,
        "intermediate_size": text.inner,
        "rope_theta": text.theta,
        "rope_scaling": {"type": "mrope", "mrope_section": [*text.sections]},
        "rms_norm_eps": text.eps,
        "tie_word_embeddings": text.tied,
        "vision_config": {
            "depth": vision.depth,
            "hidden_size": vision.width,
            "intermediate_size": vision.inner,
            "num_heads": vision.heads,
            "patch_size": vision.patch,
            "spatial_merge_size": vision.merge,
            "temporal_patch_size": vision.temporal,
            "window_size": vision.window or vision.side,
            "fullatt_block_indexes": [*(vision.full_blocks or range(vision.depth))],
        },
    }


def deep_config(shape: Shape) -> dict[str, Any]:
    text, vision = shape.text, shape.vision
    return {
        "model_type": "qwen3_vl",
        "architectures": ["Qwen3VLForConditionalGeneration"],
        "tie_word_embeddings": text.tied,
        "text_config": {
            "model_type": "qwen3_vl_text",
            "attention_bias": False,
            "vocab_size": text.vocabulary,
            "hidden_size": text.width,
            "head_dim": text.head,
            "num_hidden_layers": text.layers,
            "num_attention_heads": text.heads,
            "num_key_value_heads": text.kv_heads,
            "intermediate_size": text.inner,
            "rope_theta": text.theta,
            "rope_scaling": {
                "mrope_interleaved": True,
                "mrope_section": [*text.sections],
                "rope_type": "default",
            },
            "rms_norm_eps": text.eps,
            "tie_word_embeddings": text.tied,
        },
        "vision_config": {
            "model_type": "qwen3_vl",
            "depth": vision.depth,
            "hidden_size": vision.width,
            "hidden_act": "gelu_pytorch_tanh",
            "intermediate_size": vision.inner,
            "num_heads": vision.heads,
            "num_position_embeddings": vision.table**2,
            "deepstack_visual_indexes": [*vision.deep_blocks],
            "out_hidden_size": text.width,
            "patch_size": vision.patch,
            "spatial_merge_size": vision.merge,
            "temporal_patch_size": vision.temporal,
        },
    }


def preprocessor(shape: Shape) -> dict[str, Any]:
    vision = shape.vision
    return {
        "image_mean": [*vision.mean],
        "image_std": [*vision.std],
        "patch_size": vision.patch,
        "merge_size": vision.merge,
        "temporal_patch_size": vision.temporal,
    }


if __name__ == "__main__":
    write_published(Path(sys.argv[1]), LARGE_DEEP if "deep" in sys.argv[2:] else LARGE)

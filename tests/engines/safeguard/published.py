"""A random checkpoint in the published folder layout, written shard by shard, cheaply at any size.

    python -m tests.engines.safeguard.published FOLDER

Weights are one block of noise over and over: good for sizes and precisions, not for judging. The
files bear the names of 2024, as the published ones do.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from engines.safeguard.checkpoint import CONFIG, INDEX, needed
from engines.safeguard.shape import Shape, TextShape, VisionShape

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
        save_file({old_name(n): filled(n, sizes[n], noise) for n in names}, folder / file)
        places |= dict.fromkeys(map(old_name, names), file)
    (folder / INDEX).write_text(json.dumps({"weight_map": places}))
    (folder / CONFIG).write_text(json.dumps(config(shape)))


def old_name(name: str) -> str:
    return name.replace("model.visual.", "visual.").replace("model.language_model.", "model.")


def filled(name: str, size: tuple[int, ...], noise: Tensor) -> Tensor:
    if "norm" in name or "ln_q" in name:
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


if __name__ == "__main__":
    write_published(Path(sys.argv[1]), LARGE)

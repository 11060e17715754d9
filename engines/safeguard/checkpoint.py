"""Read a published checkpoint folder: its numbers, and its weights one tensor at a time.

For export only: needs torch. The folder is as `save_pretrained` writes it: config.json, the
processor's numbers, and one model.safetensors, or shards with an index. Never more than one tensor
is in memory.
Source: transformers `Qwen2_5_VLConfig` and `Qwen3VLConfig`; older files of the first keep the text
model's numbers at the top level, and newer ones the picture's inside of the processor's.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engines.errors import EngineError

from .model import SafeGuard
from .names import current_name, stock_name
from .shape import Shape, TextShape, VisionShape
from .weights import DTYPES, Place, places

INDEX, SINGLE = "model.safetensors.index.json", "model.safetensors"
CONFIG = "config.json"
PREPROCESSOR, PROCESSOR = "preprocessor_config.json", "processor_config.json"
PLAIN, DEEP = ARCHITECTURES = ("qwen2_5_vl", "qwen3_vl")
ROPES = ("default", "mrope")  # two names of one thing; what stretches positions is not supported
TEMPORARY = ".part"


def read_shape(folder: Path, side: int) -> Shape:
    """The model's numbers, for pictures of `side` px.

    raises: EngineError if it is of no known architecture, or the side no whole number of windows
    """
    config = _document(folder / CONFIG)
    if config.get("model_type") not in ARCHITECTURES:
        raise EngineError(
            f"{folder / CONFIG}: model_type {config.get('model_type')!r}, expected one of "
            f"{ARCHITECTURES}"
        )
    try:
        return Shape(_text(config), _vision(config, side, _pixels(folder)))
    except (KeyError, ValueError) as error:
        raise EngineError(f"{folder / CONFIG} with side {side}: {error!r}") from error


def _pixels(folder: Path) -> dict[str, Any]:
    """How the processor normalises a picture."""
    newer = (folder / PROCESSOR).exists() and not (folder / PREPROCESSOR).exists()
    document = _document(folder / (PROCESSOR if newer else PREPROCESSOR))
    numbers = document["image_processor"] if newer else document
    return {"mean": tuple(numbers["image_mean"]), "std": tuple(numbers["image_std"])}


def _text(config: dict[str, Any]) -> TextShape:
    text, deep = config | config.get("text_config", {}), config["model_type"] == DEEP
    rope = text.get("rope_parameters") or text.get("rope_scaling") or {}
    kind = rope.get("rope_type") or rope.get("type", "default")
    if kind not in ROPES or text.get("use_sliding_window"):
        raise ValueError(f"positions of type {kind!r}, or a sliding window, are not supported")
    return TextShape(
        vocabulary=text["vocab_size"],
        width=text["hidden_size"],
        layers=text["num_hidden_layers"],
        heads=text["num_attention_heads"],
        kv_heads=text["num_key_value_heads"],
        inner=text["intermediate_size"],
        theta=float(rope.get("rope_theta") or text["rope_theta"]),
        sections=tuple(rope["mrope_section"]),
        eps=text["rms_norm_eps"],
        tied=bool(config.get("tie_word_embeddings", text.get("tie_word_embeddings", False))),
        head=text["head_dim"] if deep else 0,
        normed=deep,
        interleaved=deep,
    )


def _vision(config: dict[str, Any], side: int, pixels: dict[str, Any]) -> VisionShape:
    vision = config["vision_config"]
    own = _levels(vision) if config["model_type"] == DEEP else _windows(vision, side)
    return VisionShape(
        side=side,
        patch=vision["patch_size"],
        merge=vision["spatial_merge_size"],
        temporal=vision["temporal_patch_size"],
        depth=vision["depth"],
        width=vision["hidden_size"],
        inner=vision["intermediate_size"],
        heads=vision["num_heads"],
        **own,
        **pixels,
    )


def _windows(vision: dict[str, Any], side: int) -> dict[str, Any]:
    """Where Qwen2.5-VL's tower looks at windows alone."""
    full = tuple(vision["fullatt_block_indexes"])
    if len(full) == vision["depth"] or vision["window_size"] >= side:
        return {}
    return {"window": vision["window_size"], "full_blocks": full}


def _levels(vision: dict[str, Any]) -> dict[str, Any]:
    """What Qwen3-VL's tower has instead."""
    levels, depth = tuple(vision["deepstack_visual_indexes"]), vision["depth"]
    if not levels or not all(0 <= level < depth for level in levels):
        raise ValueError(f"inner levels {levels} of {depth} blocks")
    return {"table": math.isqrt(vision["num_position_embeddings"]), "deep_blocks": levels}


@dataclass(frozen=True)
class Stored:
    """Where a tensor lies: the file, and its name there."""

    path: Path
    name: str


def stored(folder: Path) -> dict[str, Stored]:
    """Where each tensor lies, by its current name.

    raises: EngineError for a file that is missing or cut off
    """
    if (folder / INDEX).exists():
        named = _document(folder / INDEX).get("weight_map")
        if not isinstance(named, dict) or any(Path(str(f)).name != f for f in named.values()):
            raise EngineError(f"{folder / INDEX} has no weight_map of files beside it")
        files = {name: folder / file for name, file in named.items()}
    else:
        files = dict.fromkeys(_held(folder / SINGLE), folder / SINGLE)
    for path in sorted(set(files.values())):
        missing = {name for name, file in files.items() if file == path} - set(_held(path))
        if missing:
            raise EngineError(f"{path} lacks {len(missing)} tensors, among them {min(missing)}")
    return {current_name(name): Stored(path, name) for name, path in files.items()}


def transfer(folder: Path, names: dict[str, tuple[int, ...]], target: Path, dtype: str) -> None:
    """Copy the named tensors into one safetensors file of one precision, one after the other.

    names:  the tensors that a model needs, with their shapes
    raises: EngineError for tensors that are missing, left over or of another shape
    """
    found = stored(folder)
    _check_names(folder, set(found), names)
    part = target.with_name(target.name + TEMPORARY)
    with part.open("wb") as out:
        out.write(_header(names, dtype))
        for name, shape in names.items():
            with safe_open(found[name].path, "pt") as file:
                tensor = file.get_tensor(found[name].name)
            if tuple(tensor.shape) != shape:
                raise EngineError(f"{name} is {tuple(tensor.shape)}, the model needs {shape}")
            cast = _cast(name, tensor, getattr(torch, dtype))
            cast.contiguous().view(torch.uint8).numpy().tofile(out)
    part.replace(target)


def _cast(name: str, tensor: Tensor, dtype: torch.dtype) -> Tensor:
    """In another precision. raises: EngineError for what is no plain weight, or no longer finite"""
    if tensor.dtype not in (torch.float32, torch.float16, torch.bfloat16):
        raise EngineError(f"{name} is {tensor.dtype}: weights of 32 or 16 bits are expected")
    cast = tensor.to(dtype)
    if not all(map(torch.isfinite, cast.aminmax())):
        raise EngineError(f"{name} holds numbers that are not finite in {dtype}")
    return cast


def _check_names(folder: Path, found: set[str], names: dict[str, tuple[int, ...]]) -> None:
    left = found - set(names) - {"lm_head.weight"}  # a copy, where it is tied
    if missing := set(names) - found:
        raise EngineError(f"{folder} lacks {len(missing)} tensors, among them {min(missing)}")
    if left:
        raise EngineError(f"{folder} has {len(left)} tensors too many, among them {min(left)}")


def _header(names: dict[str, tuple[int, ...]], dtype: str) -> bytes:
    kind = next(short for short, long in DTYPES.items() if long == dtype)
    size, offset, entries = getattr(torch, dtype).itemsize, 0, {}
    for name, shape in names.items():
        length = size * int(torch.Size(shape).numel())
        entries[name] = {
            "dtype": kind,
            "shape": list(shape),
            "data_offsets": [offset, offset + length],
        }
        offset += length
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _held(path: Path) -> dict[str, Place]:
    try:
        with safe_open(path, "pt"):  # refuses a file that is cut off
            return places(path)
    except (OSError, SafetensorError) as error:
        raise EngineError(f"{path} is no whole safetensors file: {error}") from error


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EngineError(f"cannot read {path}: {error}") from error
    if not isinstance(document, dict):
        raise EngineError(f"{path} holds no JSON object")
    return document


def needed(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Published names and shapes of all tensors of a model, in the order of its layers."""
    with torch.device("meta"):
        guard = SafeGuard(shape)
    return {stock_name(name): tuple(t.shape) for name, t in guard.state_dict().items()}

"""Compute a checkpoint's logits in float32, one layer at a time: what every build is measured by.

A layer's weights are read from the published files when it runs and forgotten afterwards, so that
a model of any size needs the memory of its largest layer. Not for production: each sequence is one
pass without caches, and the weights are read again for every call.
Source: the modules of engines/safeguard, whose oracle are transformers' classes.
Differences: 1) causal attention over the whole sequence instead of static caches; 2) the output
matrix is read in blocks of rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn.functional import linear, scaled_dot_product_attention

from engines.safeguard.checkpoint import stored
from engines.safeguard.deepstack import DeepVision
from engines.safeguard.layers import rotate
from engines.safeguard.model import Decoder, Layer, rope
from engines.safeguard.names import stock_name
from engines.safeguard.pixels import patchify
from engines.safeguard.rows import prefix_positions
from engines.safeguard.shape import Shape
from engines.safeguard.vision import Vision

ROWS = 8192  # of the output matrix at a time
TEXT, SEEN = "language_model.", "visual."

Advance = Callable[[str], object]  # told each layer that is through


@dataclass(frozen=True)
class Asked:
    """One sequence: token ids before and after one frame's image tokens."""

    frame: int  # its number
    before: tuple[int, ...]
    after: tuple[int, ...]
    keep: tuple[int, ...]  # places in `after` at which logits are wanted


@dataclass
class _Running:
    """One sequence between two layers."""

    x: Tensor  # (1, S, D)
    turns: tuple[Tensor, Tensor]
    keep: Tensor
    deep: tuple[Tensor, ...]  # what inner levels of the tower add, each (1, S, D)


class Checkpoint:
    """A folder's tensors in float32, each read when it is needed."""

    def __init__(self, folder: Path) -> None:
        """Reads no weights. raises: EngineError for files that are missing or cut off"""
        self._stored = stored(folder)

    def fill(self, module: nn.Module, prefix: str) -> None:
        """Load the weights of one module; `prefix` is our name of it."""
        names = {name: stock_name(prefix + name) for name in module.state_dict()}
        module.load_state_dict({n: self._tensor(name) for n, name in names.items()}, assign=True)

    def rows(self, name: str, first: int, last: int) -> Tensor:
        """Some rows of a matrix."""
        place = self._stored[name]
        with safe_open(place.path, "pt") as file:
            return file.get_slice(place.name)[first:last].float()  # type: ignore[no-any-return]

    def _tensor(self, name: str) -> Tensor:
        place = self._stored[name]
        with safe_open(place.path, "pt") as file:
            return file.get_tensor(place.name).float()  # type: ignore[no-any-return]


@torch.no_grad()
def reference(
    folder: Path,
    shape: Shape,
    frames: NDArray[np.uint8],
    asked: Sequence[Asked],
    advance: Advance = lambda layer: None,
) -> list[NDArray[np.float32]]:
    """Logits (kept places, vocabulary) of each sequence.

    frames: (T, side, side, 3)
    raises: EngineError
    """
    checkpoint = Checkpoint(folder)
    embeds, deep = _see(checkpoint, shape, frames, advance)
    running = [_begin(checkpoint, shape, one, embeds, deep) for one in asked]
    with torch.device("meta"):
        decoder = Decoder(shape.text).eval()
    for number, layer in enumerate(decoder.layers):
        assert isinstance(layer, Layer)
        checkpoint.fill(layer, f"{TEXT}layers.{number}.")
        for one in running:
            one.x = _through(layer, one)
            if number < len(one.deep):
                one.x = one.x + one.deep[number]
        _forget(layer)
        advance(f"layer {number + 1} of {len(decoder.layers)}")
    checkpoint.fill(decoder.norm, f"{TEXT}norm.")
    hidden = torch.cat([decoder.norm(one.x)[0, one.keep] for one in running])
    logits = _logits(checkpoint, shape, hidden)
    return list(np.split(logits, np.cumsum([len(one.keep) for one in running])[:-1]))


def _see(
    checkpoint: Checkpoint, shape: Shape, frames: NDArray[np.uint8], advance: Advance
) -> tuple[Tensor, Tensor | None]:
    """Image tokens (T, tokens, D), and what inner levels add, (T, levels, tokens, D)."""
    with torch.device("meta"):
        tower = (DeepVision(shape) if shape.vision.table else Vision(shape)).eval()
    for name, unit in _units(tower):
        unit.register_forward_pre_hook(_filling(checkpoint, f"{SEEN}{name}."))
        unit.register_forward_hook(_forgetting(name, advance))
    seen = tower(torch.from_numpy(patchify(frames, shape.vision)))
    return seen if isinstance(seen, tuple) else (seen, None)


def _units(tower: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """What is loaded and forgotten as one: each block and each piece around them."""
    for name, child in tower.named_children():
        if isinstance(child, nn.ModuleList):
            yield from ((f"{name}.{number}", part) for number, part in child.named_children())
        else:
            yield name, child


def _filling(checkpoint: Checkpoint, prefix: str) -> Callable[..., None]:
    return lambda unit, _inputs: checkpoint.fill(unit, prefix)


def _forgetting(name: str, advance: Advance) -> Callable[..., None]:
    def forget(unit: nn.Module, _inputs: object, _output: object) -> None:
        _forget(unit)
        advance(f"vision {name}")

    return forget


def _forget(module: nn.Module) -> None:
    module.to("meta")


def _begin(
    checkpoint: Checkpoint, shape: Shape, asked: Asked, embeds: Tensor, deep: Tensor | None
) -> _Running:
    name = stock_name(f"{TEXT}embed_tokens.weight")
    words = [checkpoint.rows(name, token, token + 1) for token in (*asked.before, *asked.after)]
    start = len(asked.before)
    x = torch.cat((*words[:start], embeds[asked.frame], *words[start:]))[None]
    positions = prefix_positions(shape.vision, start, len(asked.after))
    keep = start + shape.vision.tokens + torch.tensor(asked.keep)
    cos, sin = rope(torch.from_numpy(positions), shape.text)
    levels = () if deep is None else deep[asked.frame].unbind(0)
    padding = (0, 0, start, len(asked.after))
    added = tuple(nn.functional.pad(level, padding)[None] for level in levels)
    return _Running(x, (cos, sin), keep, added)


def _through(layer: Layer, running: _Running) -> Tensor:
    x, (cos, sin) = running.x, running.turns
    heads = layer.self_attn.project(layer.input_layernorm(x))
    query, key, value = (head.transpose(1, 2) for head in heads)
    query, key = rotate(query, cos, sin), rotate(key, cos, sin)
    out = scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
    return layer.finish(x, out.transpose(1, 2).reshape(*x.shape[:2], -1))


def _logits(checkpoint: Checkpoint, shape: Shape, hidden: Tensor) -> NDArray[np.float32]:
    """(K, D) becomes (K, vocabulary)."""
    matrix = "embed_tokens" if shape.text.tied else "lm_head"
    name, size = stock_name(f"{TEXT}{matrix}.weight"), shape.text.vocabulary
    blocks = (checkpoint.rows(name, first, first + ROWS) for first in range(0, size, ROWS))
    return torch.cat([linear(hidden, block) for block in blocks], dim=-1).numpy()

"""Ask one question by itself: the whole prompt in one call, then one token at a time.

What rows over a shared prefix are held against, in results and in cost. It shares nothing with
engines/safeguard/decode.py but the numbering of the tokens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engines.runtimes import Array, Port, Runtime
from engines.safeguard.ports import DEEPSTACK
from engines.safeguard.rows import prefix_positions, row_positions
from engines.safeguard.shape import Shape


@dataclass(frozen=True)
class Model:
    """What a question needs of a guard."""

    shape: Shape
    decoder: Runtime
    embeddings: Array  # (V, D)


@dataclass
class Said:
    """tokens[k] is the likeliest after logits[k], (V,)."""

    tokens: list[int] = field(default_factory=list)
    logits: list[Array] = field(default_factory=list)


def ask(
    model: Model,
    seen: Mapping[str, Array],
    words: tuple[Sequence[int], Sequence[int]],
    steps: int = 0,
) -> Said:
    """The logits after the prompt and after each of `steps` tokens of the guard's own.

    seen: of one frame alone, from the vision graph; words: ids before and behind it
    """
    before, behind = words
    parts = (model.embeddings[[*before]], seen["embeds"][0], model.embeddings[[*behind]])
    embedded = np.concatenate(parts)
    positions = prefix_positions(model.shape.vision, len(before), len(behind))
    caches = {
        port.name: np.zeros([1, *map(int, port.shape[1:])], port.dtype) for port in _caches(model)
    }
    said = Said()
    deep = [
        np.pad(one, ((0, 0), (0, 0), (len(before), len(behind)), (0, 0))) for one in _deep(seen)
    ]
    _call(model, said, caches, (embedded, positions[:, None], 0, *deep))
    used, place = len(embedded), int(positions.max()) + 1
    for step in range(steps):
        token = model.embeddings[said.tokens[-1:]]
        there = row_positions(np.array([place + step]), 1)
        none = [np.zeros_like(one[:, :, :1]) for one in deep]
        _call(model, said, caches, (token, there, used + step, *none))
    return said


def _call(model: Model, said: Said, caches: dict[str, Array], new: tuple[Any, ...]) -> None:
    embedded, positions, start, *deep = new
    inputs = {
        "input_embeds": np.ascontiguousarray(embedded[None]),
        "positions": np.ascontiguousarray(positions),
        "write_indices": np.array([start], np.int64),
        "gather": np.array([len(embedded) - 1]),
    }
    if deep:
        inputs[DEEPSTACK] = deep[0]
    into = {f"{name}_out": cache for name, cache in caches.items()}
    said.logits.append(model.decoder.run(inputs | caches, into)["logits"][0].copy())
    said.tokens.append(int(said.logits[-1].argmax()))


def _deep(seen: Mapping[str, Array]) -> list[Array]:
    """What Qwen3-VL's inner levels say about the frame."""
    return [seen[DEEPSTACK]] if DEEPSTACK in seen else []


def _caches(model: Model) -> list[Port]:
    return [port for port in model.decoder.inputs if port.name.startswith(("key_", "value_"))]

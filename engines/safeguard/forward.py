"""Turn prompts into logits over static caches: one image prefix, copied to each of its rows.

Rows have ragged lengths; the graph's contract (model.py) makes right padding harmless.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.runtimes import Array

from .parts import Parts
from .ports import DEEPSTACK, cache_names
from .prompt import Prompt
from .rows import prefix_positions, row_positions
from .shape import Shape

Logits = NDArray[np.float32]
Caches = dict[str, Array]
Seen = Mapping[str, Array]  # everything the vision graph said about some frames


@dataclass
class Rows:
    """Rows in the middle of decoding."""

    caches: Caches
    used: NDArray[np.int64]  # (B,) cache rows filled
    texts: NDArray[np.int64]  # (B,) next position on the text's axis
    logits: Logits  # (B, V)


class Forward:
    """The decoder graph of one bucket with its embeddings and one way of asking."""

    def __init__(self, parts: Parts, shape: Shape, prompt: Prompt) -> None:
        """Works out the prefix once."""
        self._decoder, self._embeddings, self._shape = parts.decoder, parts.embeddings, shape
        self._before, self._after = self._embeddings[prompt.before], self._embeddings[prompt.after]
        self._positions = prefix_positions(shape.vision, len(prompt.before), len(prompt.after))
        self._text_start = int(self._positions.max()) + 1

    @property
    def prefix_length(self) -> int:
        """Tokens before a policy row begins."""
        return int(self._positions.shape[1])

    def prefill(self, seen: Seen) -> Caches:
        """Caches of the image prefix, one row a frame."""
        images, length = seen["embeds"], self.prefix_length
        frames = len(images)
        before, after = (
            np.broadcast_to(part, (frames, *part.shape)) for part in (self._before, self._after)
        )
        embedded = np.concatenate((before, images, after), axis=1)
        positions = np.repeat(self._positions[:, None], frames, axis=1)
        caches = self._new_caches(frames)
        start = np.zeros(frames, np.int64)
        where = (start, start + length - 1)
        self._call(embedded, positions, where, caches, self._deepstack(seen))
        return caches

    def _deepstack(self, seen: Seen) -> Array | None:
        """What Qwen3-VL's inner levels add to the prefix's tokens; nothing to its words."""
        if not self._shape.vision.deep_blocks:
            return None
        words = (len(self._before), len(self._after))
        return np.pad(seen[DEEPSTACK], ((0, 0), (0, 0), words, (0, 0)))

    def start(self, prefixes: Caches, frame_of: list[int], prompts: list[list[int]]) -> Rows:
        """Read the rows' own tokens on their frames' prefixes.

        prefixes: from `prefill`; frame_of: which of its rows each prompt looks at
        """
        length = self.prefix_length
        caches = self._new_caches(len(prompts))
        for name, cache in caches.items():
            cache[:, :, :length] = prefixes[name][frame_of, :, :length]
        lengths = np.array([len(prompt) for prompt in prompts], np.int64)
        ids = np.zeros((len(prompts), int(lengths.max())), np.int64)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt)] = prompt
        texts = np.full(len(prompts), self._text_start, np.int64)
        positions = row_positions(texts, ids.shape[1])
        where = (np.full(len(prompts), length, np.int64), lengths - 1)
        logits = self._call(self._embeddings[ids], positions, where, caches)
        return Rows(caches, length + lengths, texts + lengths, logits)

    def step(self, rows: Rows, tokens: NDArray[np.int64]) -> None:
        """Feed one token a row; rows that have finished are fed like the others."""
        embedded = self._embeddings[tokens][:, None]
        where = (rows.used, np.zeros_like(rows.used))
        rows.logits = self._call(embedded, row_positions(rows.texts, 1), where, rows.caches)
        rows.used, rows.texts = rows.used + 1, rows.texts + 1

    def _call(
        self,
        embedded: NDArray[Any],
        positions: NDArray[np.int64],
        where: tuple[NDArray[np.int64], NDArray[np.int64]],
        caches: Caches,
        deepstack: Array | None = None,
    ) -> Logits:
        """One run of the graph; `where` is write_indices and gather, the caches are updated.

        deepstack: (B, levels, S, D) where image tokens are read
        """
        inputs: Caches = {
            "input_embeds": np.ascontiguousarray(embedded),
            "positions": np.ascontiguousarray(positions),
            "write_indices": where[0],
            "gather": where[1],
        }
        if levels := len(self._shape.vision.deep_blocks):
            nothing = np.zeros((len(embedded), levels, 1, embedded.shape[2]), embedded.dtype)
            inputs[DEEPSTACK] = nothing if deepstack is None else deepstack
        into = {f"{name}_out": cache for name, cache in caches.items()}
        return self._decoder.run(inputs | caches, into)["logits"]

    def _new_caches(self, rows: int) -> Caches:
        ports = {port.name: port for port in self._decoder.inputs}
        return {
            name: np.zeros((rows, *(int(n) for n in ports[name].shape[1:])), ports[name].dtype)
            for name in cache_names(self._shape)
        }

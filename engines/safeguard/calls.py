"""Run the decoder graph on rows of tokens: read what is new in them, take one step of each.

Rows have ragged lengths; the graph's contract (model.py) makes right padding harmless. Rows are
kept in order of their length, so that those which are read in one call are padded little; nobody
outside sees that order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.runtimes import Array, zeros

from .parts import Parts
from .ports import DEEPSTACK, cache_names
from .rows import row_positions
from .shape import Shape

# Read in one call, padding included. On a processor 32 rows of 150 tokens take a quarter longer in
# one call than in such parts, at 1.7 M parameters as at 100 M: what lies between two layers leaves
# the cache (tests/bench/guard.py).
TOKENS_AT_ONCE = 512

Logits = NDArray[np.float32]
Numbers = NDArray[np.int64]
Caches = dict[str, Array]
Seen = Mapping[str, Array]  # everything the vision graph said about some frames


@dataclass
class Rows:
    """Rows in the middle of decoding; caches, used and texts are in order of length."""

    caches: Caches
    used: Numbers  # (B,) cache rows filled
    texts: Numbers  # (B,) next position on the text's axis
    order: Numbers  # (B,) which row of the caller's stands there
    logits: Logits  # (B, V), as the caller has them


class Calls:
    """The decoder graph of one bucket with its embeddings."""

    def __init__(self, parts: Parts, shape: Shape) -> None:
        """Nothing is run yet."""
        self._decoder, self.embeddings, self._shape = parts.decoder, parts.embeddings, shape

    def rows(self, prompts: Sequence[Sequence[int]]) -> Rows:
        """Empty rows for these prompts."""
        lengths = np.array([len(prompt) for prompt in prompts], np.int64)
        zeros = np.zeros(len(prompts), np.int64)
        logits = np.zeros((len(prompts), self._shape.text.vocabulary), np.float32)
        order = np.argsort(lengths, kind="stable")
        return Rows(self.caches(len(prompts)), zeros, zeros.copy(), order, logits)

    def read(self, rows: Rows, prompts: Sequence[Sequence[int]]) -> None:
        """Feed every row its own tokens."""
        ordered = [prompts[i] for i in rows.order]
        for part in packed([len(prompt) for prompt in ordered]):
            some = ordered[part]
            lengths = np.array([len(prompt) for prompt in some], np.int64)
            ids = np.zeros((len(some), int(lengths.max())), np.int64)
            for row, prompt in zip(ids, some, strict=True):
                row[: len(prompt)] = prompt
            positions = row_positions(rows.texts[part], ids.shape[1])
            where = (rows.used[part], lengths - 1)
            caches = {name: cache[part] for name, cache in rows.caches.items()}
            logits = self.run(self.embeddings[ids], positions, where, caches)
            rows.logits[rows.order[part]] = logits
            rows.used[part] += lengths
            rows.texts[part] += lengths

    def step(self, rows: Rows, tokens: Numbers) -> None:
        """Feed one token a row; rows that have finished are fed like the others."""
        embedded = self.embeddings[tokens[rows.order]][:, None]
        where = (rows.used, np.zeros_like(rows.used))
        logits = self.run(embedded, row_positions(rows.texts, 1), where, rows.caches)
        rows.logits = logits[np.argsort(rows.order)]
        rows.used, rows.texts = rows.used + 1, rows.texts + 1

    def run(
        self,
        embedded: NDArray[Any],
        positions: Numbers,
        where: tuple[Numbers, Numbers],
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

    def caches(self, rows: int) -> Caches:
        """Empty caches."""
        ports = {port.name: port for port in self._decoder.inputs}
        return {
            name: zeros(
                self._decoder, (rows, *(int(n) for n in ports[name].shape[1:])), ports[name].dtype
            )
            for name in cache_names(self._shape)
        }


def packed(lengths: Sequence[int]) -> Iterator[slice]:
    """Runs of neighbours that one call takes, each padded to its longest."""
    begin = 0
    for end in range(1, len(lengths) + 1):
        longest = max(lengths[begin : end + 1])
        if end == len(lengths) or longest * (end + 1 - begin) > TOKENS_AT_ONCE:
            yield slice(begin, end)
            begin = end

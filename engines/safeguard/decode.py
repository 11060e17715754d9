"""Speak: share one image prefix among many policy rows, and continue every row greedily.

The prefix of a frame is computed once; its keys and values are copied to each of its rows. Rows
have ragged lengths; the graph's contract (model.py) makes right padding harmless.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engines.manifest import Mode
from engines.runtimes import Array, Runtime

from .ports import cache_names
from .rows import prefix_positions, row_positions
from .shape import Shape

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Parts:
    """What a guard is made of."""

    vision: Runtime
    decoder: Runtime
    embeddings: NDArray[np.float32]  # (V, D)
    tokenizer: Tokenizer


@dataclass(frozen=True)
class Spoken:
    """What one row said before it answered; no logits if it never came to answer."""

    tokens: list[int]
    answer_logits: Logits | None  # (V,)


@dataclass
class Rows:
    """Rows in the middle of decoding."""

    caches: dict[str, Array]
    used: NDArray[np.int64]  # (B,) cache rows filled
    texts: NDArray[np.int64]  # (B,) next position on the text's axis
    logits: Logits  # (B, V)


class Speaker:
    """The decoder graph of one bucket with its embeddings and one way of asking."""

    def __init__(self, parts: Parts, shape: Shape, mode: Mode) -> None:
        """Works out the prefix once."""
        self._decoder, self._embeddings, self._shape = parts.decoder, parts.embeddings, shape
        tokenizer = parts.tokenizer
        before, after = (tokenizer.encode(part).ids for part in (mode.before, mode.after))
        self._before, self._after = self._embeddings[before], self._embeddings[after]
        self._positions = prefix_positions(shape.vision, len(before), len(after))
        self._text_start = int(self._positions.max()) + 1
        self._answer = tokenizer.token_to_id(mode.answer_opens)
        self._ends = {tokenizer.token_to_id(word) for word in mode.ends}

    @property
    def prefix_length(self) -> int:
        """Tokens before a policy row begins."""
        return int(self._positions.shape[1])

    def prefill(self, images: NDArray[np.float32]) -> dict[str, Array]:
        """Caches of the image prefix, one row a frame.

        images: (T, image tokens, D) from the vision graph
        """
        frames, length = len(images), self.prefix_length
        before, after = (
            np.broadcast_to(part, (frames, *part.shape)) for part in (self._before, self._after)
        )
        embedded = np.concatenate((before, images, after), axis=1)
        positions = np.repeat(self._positions[:, None], frames, axis=1)
        caches = self._new_caches(frames)
        start = np.zeros(frames, np.int64)
        self._call(embedded, positions, (start, start + length - 1), caches)
        return caches

    def speak(
        self, prefixes: dict[str, Array], frame_of: list[int], prompts: list[list[int]], steps: int
    ) -> list[Spoken]:
        """Continue each prompt on its frame's prefix until it answers, ends or runs out of steps.

        prefixes: from `prefill`; frame_of: which of its rows each prompt looks at
        """
        rows = self._start(prefixes, frame_of, prompts)
        said: list[list[int]] = [[] for _ in prompts]
        answers: dict[int, Logits | None] = {}
        for _ in range(steps):
            tokens = rows.logits.argmax(-1)
            ended = {i for i, token in enumerate(tokens) if token in self._ends} - answers.keys()
            answers |= dict.fromkeys(ended)
            for i, token in enumerate(tokens):
                if i not in answers:
                    said[i].append(int(token))
            if len(answers) == len(prompts):
                break
            self._step(rows, tokens)
            for i, token in enumerate(tokens):
                if token == self._answer and i not in answers:
                    answers[i] = rows.logits[i].copy()
        return [Spoken(tokens, answers.get(i)) for i, tokens in enumerate(said)]

    def _start(
        self, prefixes: dict[str, Array], frame_of: list[int], prompts: list[list[int]]
    ) -> Rows:
        """Prefill the rows' own tokens."""
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

    def _step(self, rows: Rows, tokens: NDArray[np.int64]) -> None:
        """Feed one token a row; rows that have finished are fed like the others."""
        embedded = self._embeddings[tokens][:, None]
        where = (rows.used, np.zeros_like(rows.used))
        rows.logits = self._call(embedded, row_positions(rows.texts, 1), where, rows.caches)
        rows.used, rows.texts = rows.used + 1, rows.texts + 1

    def _call(
        self,
        embedded: NDArray[np.float32],
        positions: NDArray[np.int64],
        where: tuple[NDArray[np.int64], NDArray[np.int64]],
        caches: dict[str, Array],
    ) -> Logits:
        """One run of the graph; `where` is write_indices and gather, the caches are updated."""
        inputs: dict[str, Array] = {
            "input_embeds": np.ascontiguousarray(embedded),
            "positions": np.ascontiguousarray(positions),
            "write_indices": where[0],
            "gather": where[1],
        }
        into = {f"{name}_out": cache for name, cache in caches.items()}
        return self._decoder.run(inputs | caches, into)["logits"]

    def _new_caches(self, rows: int) -> dict[str, Array]:
        ports = {port.name: port.shape[1:] for port in self._decoder.inputs}
        return {
            name: np.zeros((rows, *(int(size) for size in ports[name])), np.float32)
            for name in cache_names(self._shape)
        }

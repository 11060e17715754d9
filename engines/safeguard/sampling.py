"""Choose each row's next token: the likeliest, or one drawn by chance that always falls alike.

The chance of a row comes from its own frame and prompt, never from its place in a batch: so another
policy beside it, or another upload, changes nothing.
"""

import zlib
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.int64]


class Elsewhere(Protocol):
    """Logits that are not in memory: what is computed of them is computed where they are."""

    def argmax(self, axis: int) -> Tokens:
        """The likeliest token of each row."""

    def log_probabilities(self, tokens: Tokens) -> NDArray[np.float64]:
        """Of each row's token."""

    def __array__(self) -> NDArray[np.float32]:
        """All of them, brought here."""

    def __getitem__(self, number: int) -> NDArray[np.float32]:
        """One row, brought here."""


Logits = NDArray[np.float32] | Elsewhere
Choose = Callable[[Logits], Tokens]  # (B, V) -> (B,)


def likeliest(logits: Logits) -> Tokens:
    """Greedy."""
    return np.asarray(logits.argmax(-1), np.int64)


def drawn(seeds: Sequence[tuple[int, ...]]) -> Choose:
    """At temperature 1, from the whole distribution; one seed a row, used for one trace."""
    chances = [np.random.default_rng(seed) for seed in seeds]

    def choose(logits: Logits) -> Tokens:
        here = np.asarray(logits)
        noise = np.stack([chance.gumbel(size=here.shape[1]) for chance in chances])
        return np.asarray((here + noise).argmax(-1), np.int64)

    return choose


def seed_of(frame: NDArray[np.uint8], prompt: Sequence[int]) -> tuple[int, int]:
    """A frame and a prompt as numbers."""
    return zlib.crc32(frame.tobytes()), zlib.crc32(np.array(prompt, np.int64).tobytes())


def log_probabilities(logits: Logits, tokens: Tokens) -> NDArray[np.float64]:
    """Of each row's token, (B,)."""
    if not isinstance(logits, np.ndarray):
        return logits.log_probabilities(tokens)
    peak = logits.max(-1, keepdims=True)
    norm = np.log(np.exp(logits - peak).sum(-1, dtype=np.float64))
    return np.asarray(logits[np.arange(len(logits)), tokens] - peak[:, 0] - norm, np.float64)

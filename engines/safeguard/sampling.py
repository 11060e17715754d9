"""Choose each row's next token: the likeliest, or one drawn by chance that always falls alike.

The chance of a row comes from its own frame and prompt, never from its place in a batch: so another
policy beside it, or another upload, changes nothing.
"""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
Choose = Callable[[Logits], NDArray[np.int64]]  # (B, V) -> (B,)


def likeliest(logits: Logits) -> NDArray[np.int64]:
    """Greedy."""
    return np.asarray(logits.argmax(-1), np.int64)


def drawn(seeds: Sequence[tuple[int, ...]]) -> Choose:
    """At temperature 1, from the whole distribution; one seed a row, used for one trace."""
    chances = [np.random.default_rng(seed) for seed in seeds]

    def choose(logits: Logits) -> NDArray[np.int64]:
        noise = np.stack([chance.gumbel(size=logits.shape[1]) for chance in chances])
        return np.asarray((logits + noise).argmax(-1), np.int64)

    return choose


def seed_of(frame: NDArray[np.uint8], prompt: Sequence[int]) -> tuple[int, int]:
    """A frame and a prompt as numbers."""
    return zlib.crc32(frame.tobytes()), zlib.crc32(np.array(prompt, np.int64).tobytes())


def log_probabilities(logits: Logits, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each row's token, (B,)."""
    wide = logits.astype(np.float64)
    peak = wide.max(-1)
    norm = peak + np.log(np.exp(wide - peak[:, None]).sum(-1))
    return np.asarray(wide[np.arange(len(wide)), tokens] - norm, np.float64)

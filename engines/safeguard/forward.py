"""Turn prompts into logits, the image first: one image prefix, copied to each of its rows."""

import numpy as np

from engines.runtimes import Array, share

from .calls import Caches, Calls, Logits, Numbers, Rows, Seen
from .parts import Parts
from .ports import DEEPSTACK
from .prompt import Prompt
from .rows import prefix_positions
from .shape import Shape

__all__ = ["Caches", "Forward", "Logits", "Rows", "Seen"]


class Forward:
    """The decoder graph of one bucket with its embeddings and one way of asking."""

    def __init__(self, parts: Parts, shape: Shape, prompt: Prompt) -> None:
        """Works out the prefix once."""
        self._calls, self._shape = Calls(parts, shape), shape
        self._before, self._after = parts.embeddings[prompt.before], parts.embeddings[prompt.after]
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
        caches = self._calls.caches(frames)
        start = np.zeros(frames, np.int64)
        where = (start, start + length - 1)
        self._calls.run(embedded, positions, where, caches, self._deepstack(seen))
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
        rows, length = self._calls.rows(prompts), self.prefix_length
        shown = np.array(frame_of)[rows.order]
        for name, cache in rows.caches.items():
            share(cache, prefixes[name], shown, length)
        rows.used += length
        rows.texts += self._text_start
        self._calls.read(rows, prompts)
        return rows

    def step(self, rows: Rows, tokens: Numbers) -> None:
        """Feed one token a row."""
        self._calls.step(rows, tokens)

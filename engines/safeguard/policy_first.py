"""Turn prompts into logits, the policy first: what a policy left in the caches serves every frame.

A policy's tokens are read once and kept, the one used longest ago is dropped first; a frame then
costs its image tokens once a policy, however long the policies are. What is kept belongs to one
loaded build and lives no longer. Which policies are read so is not decided here.
"""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from engines.runtimes import Array, share, zeros

from .calls import Caches, Calls, Numbers, Rows, Seen, packed
from .parts import Parts
from .policy_first_prompt import PolicyFirstPrompt
from .ports import DEEPSTACK
from .rows import prefix_positions
from .shape import Shape

KEPT_BYTES = 1 << 30  # 23 policies of 800 tokens at 7 B in half precision, every one of the small

FIRST = np.zeros(1, np.int64)  # the only row of what is kept


class Kept:
    """What was read of each policy, by its tokens; no more than so many bytes."""

    def __init__(self, size: int = KEPT_BYTES) -> None:
        """Empty."""
        self._held, self._size, self.used = OrderedDict[tuple[int, ...], Caches](), size, 0

    def get(self, prompt: Sequence[int]) -> Caches | None:
        """What is kept of a policy; it counts as used."""
        found = self._held.get(tuple(prompt))
        if found is not None:
            self._held.move_to_end(tuple(prompt))
        return found

    def put(self, prompt: Sequence[int], caches: Caches) -> None:
        """Keep it, and drop others until all fit; one that is too large itself is not kept."""
        size = _bytes(caches)
        if size > self._size:
            return
        self._held[tuple(prompt)], self.used = caches, self.used + size
        while self.used > self._size:
            self.used -= _bytes(self._held.popitem(last=False)[1])


class PolicyFirst:
    """The decoder graph of one bucket with its embeddings and one way of asking."""

    def __init__(self, parts: Parts, shape: Shape, prompt: PolicyFirstPrompt) -> None:
        """Works out the image's positions once."""
        self._calls, self._shape, self._kept = Calls(parts, shape), shape, Kept()
        self._decoder = parts.decoder
        self._after = parts.embeddings[prompt.after]
        self._positions = prefix_positions(shape.vision, 0, len(prompt.after))

    @property
    def prefix_length(self) -> int:
        """Tokens of picture and question, which stand behind a policy's row."""
        return int(self._positions.shape[1])

    def prefill(self, seen: Seen) -> Caches:
        """Nothing of a frame can be read before its policy."""
        return dict(seen)

    def start(self, prefixes: Caches, frame_of: list[int], prompts: list[list[int]]) -> Rows:
        """Put each row's frame behind its policy, which is read if it is not known yet.

        prefixes: from `prefill`; frame_of: which of its rows each prompt looks at
        """
        known = self._read(prompts)
        rows = self._calls.rows(prompts)
        for place, number in enumerate(rows.order):
            length = len(prompts[number])
            for name, kept in known[tuple(prompts[number])].items():
                share(rows.caches[name][place : place + 1], kept, FIRST, length)
            rows.used[place] = rows.texts[place] = length
        self._append(rows, prefixes, np.array(frame_of)[rows.order])
        return rows

    def step(self, rows: Rows, tokens: Numbers) -> None:
        """Feed one token a row."""
        self._calls.step(rows, tokens)

    def _read(self, prompts: Sequence[Sequence[int]]) -> dict[tuple[int, ...], Caches]:
        """What each policy leaves in the caches."""
        wanted = dict.fromkeys(tuple(prompt) for prompt in prompts)
        known = {prompt: kept for prompt in wanted if (kept := self._kept.get(prompt)) is not None}
        new = [prompt for prompt in wanted if prompt not in known]
        if not new:
            return known
        rows = self._calls.rows(new)
        self._calls.read(rows, new)
        for place, number in enumerate(rows.order):
            known[new[number]] = self._cut(rows.caches, place, len(new[number]))
            self._kept.put(new[number], known[new[number]])
        return known

    def _cut(self, caches: Caches, place: int, length: int) -> Caches:
        """A copy of the first tokens of one row."""
        kept = {
            name: zeros(self._decoder, (1, cache.shape[1], length, cache.shape[3]), cache.dtype)
            for name, cache in caches.items()
        }
        for name, copy in kept.items():
            share(copy, caches[name], np.array([place]), length)
        return kept

    def _append(self, rows: Rows, seen: Caches, shown: Numbers) -> None:
        """Read picture and question behind every row; shown: the frame of each, in rows' order."""
        length = self.prefix_length
        for part in packed([length] * len(shown)):
            images, starts = seen["embeds"][shown[part]], rows.texts[part]
            after = np.broadcast_to(self._after, (len(images), *self._after.shape))
            positions = self._positions[:, None] + starts[None, :, None]
            where = (rows.used[part], np.full(len(images), length - 1, np.int64))
            caches = {name: cache[part] for name, cache in rows.caches.items()}
            embedded = np.concatenate((images, after), axis=1)
            deep = self._deepstack(seen, shown[part])
            rows.logits[rows.order[part]] = self._calls.run(
                embedded, positions, where, caches, deep
            )
        rows.used += length
        rows.texts += int(self._positions.max()) + 1

    def _deepstack(self, seen: Caches, shown: Numbers) -> Array | None:
        """What Qwen3-VL's inner levels add to the image's tokens; nothing to the question."""
        if not self._shape.vision.deep_blocks:
            return None
        return np.pad(seen[DEEPSTACK][shown], ((0, 0), (0, 0), (0, len(self._after)), (0, 0)))


def _bytes(caches: Caches) -> int:
    return sum(cache.nbytes for cache in caches.values())

"""Turn prompts into logits on a device: one image prefix, many rows, and only answers come back.

Offers what forward.py of the folder above offers, whose caches live in numpy arrays. Rows are read
in passes of about equally long ones, so that little is padded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engines.safeguard.model import Decoder
from engines.safeguard.rows import prefix_positions
from engines.safeguard.shape import Shape

from .caches import Caches, Pair, Prefix, room
from .steps import Steps, size_for
from .text import Tokens, prefill

TOKENS_MAX = 1 << 15  # of a pass over the rows: 2.5 GB between the layers of a 7 B model
SIZES_KEPT = 4  # of buffers for steps: 1.4 GB for 48 rows of 512 tokens of a 7 B model
Seen = tuple[Tensor, Tensor | None]  # image tokens and what is added later on: vision.see


@dataclass(frozen=True)
class Logits:
    """Of all rows, (B, V), on the device; as far as it is asked, an array like those of graphs."""

    values: Tensor
    slots: Sequence[int]  # where each row stands

    def argmax(self, axis: int) -> NDArray[np.int64]:
        """The likeliest token of each row."""
        found: NDArray[np.int64] = self.values.argmax(axis)[list(self.slots)].cpu().numpy()
        return found

    @torch.inference_mode()
    def log_probabilities(self, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
        """Of each row's token, (B,)."""
        mine = self.values[list(self.slots)]
        chosen = torch.from_numpy(tokens)[:, None].to(mine.device)
        found = mine.gather(1, chosen)[:, 0].double() - mine.double().logsumexp(-1)
        return np.asarray(found.cpu().numpy(), np.float64)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """All of them, in memory."""
        return np.asarray(self.values[list(self.slots)].cpu().numpy(), dtype)

    def __getitem__(self, number: int) -> NDArray[np.float32]:
        """Of one row, (V,), in memory."""
        found: NDArray[np.float32] = self.values[self.slots[number]].cpu().numpy()
        return found

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Row by row, brought here at once."""
        return iter(np.asarray(self))


@dataclass
class Rows:
    """Rows in the middle of decoding."""

    logits: Logits
    steps: Steps | None  # where they answer at once, none


@dataclass
class DeviceForward:
    """The decoder with one way of asking."""

    decoder: Decoder
    shape: Shape
    words: tuple[Sequence[int], Sequence[int]]  # token ids before and after the picture
    trace: int  # steps that may follow
    _steps: dict[tuple[int, int], Steps] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Works out the prefix once."""
        before, after = self.words
        places = prefix_positions(self.shape.vision, len(before), len(after))
        self._text_start = int(places.max()) + 1
        device = self.decoder.embed_tokens.weight.device
        self._positions = torch.from_numpy(places)[:, None].to(device)
        ids = (torch.tensor(part, device=device, dtype=torch.long) for part in self.words)
        with torch.inference_mode():
            self._before, self._after = (self.decoder.embed_tokens(part) for part in ids)

    @property
    def prefix_length(self) -> int:
        """Tokens before a policy row begins."""
        return self._positions.shape[2]

    @torch.inference_mode()
    def prefill(self, seen: Seen) -> Prefix:
        """Keys and values of the image prefix, one row a frame."""
        images, levels = seen
        frames, length = len(images), self.prefix_length
        around = (part.expand(frames, -1, -1) for part in (self._before, self._after))
        before, after = around
        embeds = torch.cat((before, images, after), 1)
        deepstack = None
        if levels is not None:
            deepstack = levels.new_zeros(frames, levels.shape[1], length, levels.shape[3])
            deepstack[:, :, before.shape[1] : length - after.shape[1]] = levels
        pairs = room(self.shape.text, (frames, length), embeds, kept=True)
        prefill(self.decoder, Tokens(embeds, self._positions, 0, deepstack), Caches(pairs))
        return Prefix(pairs)

    @torch.inference_mode()
    def start(self, prefixes: Prefix, frame_of: list[int], prompts: list[list[int]]) -> Rows:
        """Read the rows' own tokens on their frames' prefixes.

        frame_of: which of the prefixes each prompt looks at
        """
        order = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
        steps = self._steps_for(prompts) if self.trace else None
        found = []
        for part in passes([len(prompts[row]) for row in order]):
            texts = [prompts[row] for row in order[part]]
            pairs = self._pairs(texts, steps, part)
            found.append(self._read(prefixes, [frame_of[row] for row in order[part]], texts, pairs))
        if steps is not None:
            lengths = torch.tensor([len(prompts[row]) for row in order])
            steps.used[: len(order)] = (lengths + self.prefix_length).to(steps.used.device)
            steps.texts[: len(order)] = (lengths + self._text_start).to(steps.texts.device)
        return Rows(Logits(torch.cat(found), np.argsort(order).tolist()), steps)

    @torch.inference_mode()
    def step(self, rows: Rows, tokens: NDArray[np.int64]) -> None:
        """Feed one token a row; rows that have finished are fed like the others."""
        assert rows.steps is not None
        fed = np.empty_like(tokens)
        fed[list(rows.logits.slots)] = tokens
        rows.steps.tokens[: len(fed)] = torch.from_numpy(fed).to(rows.steps.tokens.device)
        rows.steps.run()
        rows.logits = Logits(rows.steps.logits, rows.logits.slots)

    def _steps_for(self, prompts: list[list[int]]) -> Steps:
        """Buffers that are large enough, as they were left."""
        tokens = self.prefix_length + max(map(len, prompts)) + self.trace
        size = size_for(len(prompts), tokens)
        steps = self._steps.pop(size, None) or Steps(self.decoder, size)
        while len(self._steps) >= SIZES_KEPT:
            del self._steps[next(iter(self._steps))]
        self._steps[size] = steps  # the latest stands last
        return steps

    def _pairs(self, prompts: list[list[int]], steps: Steps | None, part: slice) -> list[Pair]:
        """Room for the keys and values of one pass."""
        if steps is not None:
            return [(key[part], value[part]) for key, value in steps.caches.layers]
        size = len(prompts), self.prefix_length + len(prompts[-1])
        return room(self.shape.text, size, self.decoder.embed_tokens.weight, kept=False)

    def _read(
        self, prefixes: Prefix, frame_of: list[int], prompts: list[list[int]], pairs: list[Pair]
    ) -> Tensor:
        """Logits behind each prompt, in one pass: (B, V)."""
        weight = self.decoder.embed_tokens.weight
        device, longest = weight.device, max(map(len, prompts))
        ids = torch.zeros(len(prompts), longest, dtype=torch.long)
        for row, prompt in zip(ids, prompts, strict=True):
            row[: len(prompt)] = torch.tensor(prompt)
        positions = torch.arange(longest, device=device) + self._text_start
        tokens = Tokens(
            self.decoder.embed_tokens(ids.to(device)),
            positions.expand(3, 1, -1),
            self.prefix_length,
        )
        gather = torch.tensor([len(prompt) - 1 for prompt in prompts], device=device)
        where = torch.tensor(frame_of, device=device)
        hidden = prefill(self.decoder, tokens, Caches(pairs, prefixes, where), gather)
        return self.decoder.logits(hidden).float()


def passes(lengths: list[int]) -> Iterator[slice]:
    """Cut rows, which grow longer, into passes of at most TOKENS_MAX tokens, padding included."""
    start = 0
    for end in range(1, len(lengths) + 1):
        if end == len(lengths) or (end + 1 - start) * lengths[end] > TOKENS_MAX:
            yield slice(start, end)
            start = end

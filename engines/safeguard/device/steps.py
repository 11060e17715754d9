"""Feed one token a row, again and again, over buffers that stay where they are.

On a CUDA device the step is captured once for each size and launched from then on: it is some
thirty small kernels a layer, which one by one take longer to launch than the weights to be read.
A captured step reads and writes these buffers alone, so that one set of rows is decoded at a time.
"""

import torch

from engines.safeguard.model import Decoder

from .caches import Caches, room
from .text import step

TOKENS = 128  # cache rows come in multiples of them, rows in powers of two: few sizes are captured


class Steps:
    """Buffers of one size."""

    def __init__(self, decoder: Decoder, size: tuple[int, int]) -> None:
        """`size` is rows and cache rows of each."""
        self.decoder, weight = decoder, decoder.embed_tokens.weight
        self.caches = Caches(room(decoder.shape, size, weight, kept=True))
        self.tokens, self.used, self.texts = (weight.new_zeros(size[0]).long() for _ in range(3))
        self.logits = weight.new_zeros(size[0], decoder.shape.vocabulary).float()
        self._captured: torch.cuda.CUDAGraph | None = None

    def run(self) -> None:
        """One step of all rows: `tokens` are read, `logits` are written."""
        if self._captured is None and self.tokens.is_cuda:
            self._captured = self._capture()
        if self._captured is None:
            self._once()
        else:
            self._captured.replay()
        self.used += 1
        self.texts += 1

    def _once(self) -> None:
        """May be done again: it writes the same to the same places."""
        embeds = self.decoder.embed_tokens(self.tokens)
        hidden = step(self.decoder, embeds, self.texts.expand(3, -1), self.caches, self.used)
        self.logits.copy_(self.decoder.logits(hidden))

    def _capture(self) -> torch.cuda.CUDAGraph:
        aside: torch.cuda.Stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        here = torch.cuda.current_stream()
        aside.wait_stream(here)
        with torch.cuda.stream(aside):
            self._once()  # what a kernel sets up at its first call must not be captured
        here.wait_stream(aside)
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured):
            self._once()
        return captured


def size_for(rows: int, tokens: int) -> tuple[int, int]:
    """The size of buffers that hold so many rows of so many tokens."""
    return 1 << (rows - 1).bit_length(), -(-tokens // TOKENS) * TOKENS

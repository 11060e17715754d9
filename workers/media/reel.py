"""Hand out the frames of one decoding in chunks, from the sealed buffer that a child left behind.

Only a chunk at a time is in the worker's own memory, so that it does not grow with the video; the
buffer's pages are bounded by the frames that were asked for.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .answers import Seen
from .memfd import Buffer

CHUNK_FRAMES = 32

Frames = NDArray[np.uint8]  # (T, side, side, 3) RGB
Times = NDArray[np.float64]  # (T,) seconds on the player's timeline, ascending


@dataclass(frozen=True, kw_only=True)
class Reel:
    """seen: every frame in order of time; several may be shown by one square.

    side: of the squares, px
    """

    seen: tuple[Seen, ...]
    side: int
    buffer: Buffer = field(repr=False)

    @property
    def pts_seconds(self) -> Times:
        """Times of all frames."""
        return np.array([frame.pts_seconds for frame in self.seen], np.float64)

    @property
    def shown(self) -> tuple[Seen, ...]:
        """The frames that are in the squares, one for each, in order."""
        before = [-1, *(frame.square for frame in self.seen)]
        return tuple(
            frame for held, frame in zip(before, self.seen, strict=False) if frame.square != held
        )

    async def chunks(self, squares: Sequence[int] | None = None) -> AsyncIterator[Frames]:
        """The squares of these numbers, or all, at most CHUNK_FRAMES at once."""
        wanted = range(len(self.shown)) if squares is None else squares
        for start in range(0, len(wanted), CHUNK_FRAMES):
            yield await asyncio.to_thread(self._copy, wanted[start : start + CHUNK_FRAMES])

    def close(self) -> None:
        """Give the buffer back."""
        self.buffer.close()

    def _copy(self, squares: Sequence[int]) -> Frames:
        frames = np.empty((len(squares), self.side, self.side, 3), np.uint8)
        for frame, number in zip(frames, squares, strict=True):
            self.buffer.copy(frame.reshape(-1).data, number * frame.size)
        return frames

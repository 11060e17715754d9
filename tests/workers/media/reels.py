"""Reels by hand, and what is in them, for the tests of those who take frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from workers.media.answers import Seen
from workers.media.memfd import Buffer
from workers.media.reel import Reel

Pixels = NDArray[np.uint8]  # (T, side, side, 3)


@dataclass
class Held:
    """A buffer in plain memory, so that nothing needs to be closed."""

    content: bytes

    def copy(self, target: memoryview, offset: int = 0) -> None:
        target[:] = self.content[offset : offset + target.nbytes]

    def close(self) -> None:
        """There is nothing to give back."""


def reel(frames: Pixels, times: Sequence[float], squares: Sequence[int] | None = None) -> Reel:
    """A reel as a child would leave it. squares: for each time; None: one of its own for each."""
    buffer = cast(Buffer, Held(np.ascontiguousarray(frames).tobytes()))
    shown = range(len(times)) if squares is None else squares
    seen = tuple(Seen(pts_seconds=t, square=s) for t, s in zip(times, shown, strict=True))
    return Reel(seen=seen, side=frames.shape[1], buffer=buffer)


async def squares(reel: Reel) -> Pixels:
    """All squares at once."""
    chunks = [chunk async for chunk in reel.chunks()]
    return np.concatenate([np.empty((0, reel.side, reel.side, 3), np.uint8), *chunks])

"""Keep decoded frames as squares in the shared buffer, each with its perceptual hash.

Runs in the child. What is not to be kept leaves no hole: the squares after it move up.
"""

from collections.abc import Sequence

import numpy as np
from av.video.frame import VideoFrame

from .answers import Seen
from .likeness import Look
from .pdq import LONGEST, QUALITY_MIN, Pdq, distance, pdq
from .picture import Painter, Pixels


class Canvas:
    """Room for `count` squares of `side` px at the buffer's start."""

    def __init__(self, buffer: memoryview, side: int, count: int) -> None:
        """Empty."""
        squares: Pixels = np.frombuffer(buffer, np.uint8)[: count * side * side * 3]
        self._squares = squares.reshape(count, side, side, 3)
        self._hashes: list[Pdq | None] = []

    def use(self, number: int, frame: VideoFrame, painter: Painter) -> None:
        """Take a decoded frame; number 0 starts anew."""
        del self._hashes[number:]
        painter.square(frame, self._squares[number])
        self._hashes.append(pdq(painter.luma(frame, LONGEST)))

    def looks(self) -> list[Look]:
        """All frames, to be compared."""
        return [
            Look(hashed.bits if hashed and hashed.quality >= QUALITY_MIN else None, square)
            for hashed, square in zip(self._hashes, self._squares, strict=False)
        ]

    def seen(
        self, times: Sequence[float], places: Sequence[int], stands: Sequence[int]
    ) -> list[Seen]:
        """The frames at these places, and in the buffer the squares that show them.

        stands: for each place the one whose square shows it, itself or an earlier one
        """
        shown = dict[int, int]()
        frames = []
        for place, stand in zip(places, stands, strict=True):
            square = shown.setdefault(stand, len(shown))
            hashed, held = self._hashes[place], self._hashes[stand]
            frames.append(
                Seen(
                    pts_seconds=times[place],
                    square=square,
                    pdq=hashed.bits.tobytes().hex() if hashed else None,
                    mirrored=hashed.mirrored.tobytes().hex() if hashed else None,
                    quality=hashed.quality if hashed else 0,
                    distance=distance(hashed.bits, held.bits) if hashed and held else 0,
                )
            )
        for stand, square in shown.items():  # ascending: none is overwritten before it has moved
            self._squares[square] = self._squares[stand]
        return frames

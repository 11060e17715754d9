"""What a child does when a deepfake engine looks closely: stretches of sound, windows of both.

A window has a frame for every 1/25 s: the one that a player shows then, the latest at or before it,
whatever the video's own rate. Where that one cannot be decoded the next one stands for it; after
the last one it stays. Its sound begins with its first frame.
"""

from collections.abc import Sequence

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from .answers import Excerpt, Excerpted, Framing, Heard, Listen
from .film import Film
from .picture import Painter, Pixels
from .sound import Listener, Samples
from .windows import FRAME_RATE, WINDOW_FRAMES, WINDOW_SAMPLES

_WHOLE_MAX = 2160  # px of the square from which a region is taken: 14 MB
_SAME_SECONDS = 1e-6  # floating point noise between a slot and a frame's time


def listen(film: Film, request: Listen, buffer: memoryview) -> Heard:
    """Stretches of sound."""
    out = np.frombuffer(buffer, np.int16)[: len(request.starts) * request.samples]
    listener = Listener(film.source, film.index)
    heard = listener.listen(request.starts, list(out.reshape(-1, request.samples)))
    return Heard(samples=heard, decode_errors=listener.errors)


def excerpt(film: Film, request: Excerpt, buffer: memoryview) -> Excerpted:
    """Windows of frames and sound."""
    scenes, sounds = _room(request, buffer)
    pieces = [_Piece(film, *one) for one in zip(request.windows, scenes, strict=True)]
    errors = _show(film, pieces)
    listener = Listener(film.source, film.index)
    heard = listener.listen([window.start_seconds for window in request.windows], sounds)
    return Excerpted(
        frames=[piece.finish() for piece in pieces],
        samples=heard,
        decode_errors=errors + listener.errors,
    )


def _room(request: Excerpt, buffer: memoryview) -> tuple[list[Pixels], list[Samples]]:
    """Where each window's frames and samples go."""
    shape = (WINDOW_FRAMES, request.side, request.side, 3)
    pixels, scenes, sounds = int(np.prod(shape)), list[Pixels](), list[Samples]()
    for number in range(len(request.windows)):
        first = number * (pixels + 2 * WINDOW_SAMPLES)
        scenes.append(np.frombuffer(buffer, np.uint8, pixels, first).reshape(shape))
        sounds.append(np.frombuffer(buffer, np.int16, WINDOW_SAMPLES, first + pixels))
    return scenes, sounds


def _show(film: Film, pieces: Sequence["_Piece"]) -> int:
    if not film.times.size:
        return 0
    before = -1

    def use(number: int, frame: VideoFrame, painter: Painter) -> None:
        nonlocal before
        if number == 0:  # decoding may begin a second time
            before = -1
            for piece in pieces:
                piece.clear()
        pts = frame.pts if frame.pts is not None else frame.dts or 0
        place = int(np.searchsorted(film.pts, pts))
        for piece in pieces:
            piece.take(frame, painter, after=before, place=place)
        before = place

    _, errors = film.decode(np.unique(np.concatenate([piece.places for piece in pieces])), use)
    return errors


class _Piece:
    """The frames of one window."""

    def __init__(self, film: Film, window: Framing, out: Pixels) -> None:
        slots = window.start_seconds + np.arange(WINDOW_FRAMES) / FRAME_RATE
        before = np.searchsorted(film.times, slots + _SAME_SECONDS, side="right") - 1
        self.places: NDArray[np.int64] = np.maximum(0, before)
        self._region, self._out = window.region, out
        self._painted = np.zeros(WINDOW_FRAMES, bool)
        self._count = 0

    def clear(self) -> None:
        """Nothing has been shown."""
        self._painted[:], self._count = False, 0

    def take(self, frame: VideoFrame, painter: Painter, *, after: int, place: int) -> None:
        """Show the frame in the slots whose own places are after one and up to its own."""
        slots = np.flatnonzero((self.places > after) & (self.places <= place))
        if slots.size:
            paint(frame, painter, self._region, self._out[slots[0]])
            self._out[slots[1:]] = self._out[slots[0]]
            self._painted[slots] = True
            self._count += 1

    def finish(self) -> int:
        """Let the last frame stay; how many there were."""
        shown = np.flatnonzero(self._painted)
        if shown.size:
            self._out[shown[-1] + 1 :] = self._out[shown[-1]]
        return self._count


def paint(
    frame: VideoFrame,
    painter: Painter,
    region: tuple[float, float, float, float] | None,
    out: Pixels,
) -> None:
    """Write a region of the frame's square, or all of it, into `out`, (side, side, 3)."""
    side = out.shape[0]
    if region is None:
        painter.square(frame, out)
        return
    left, top, right, _ = region
    useful = max(side, *painter.displayed(frame))  # more pixels than that are not in the frame
    whole = round(min(side / (right - left), useful, _WHOLE_MAX))
    square = np.empty((whole, whole, 3), np.uint8)
    painter.square(frame, square)
    width = max(1, round((right - left) * whole))
    x, y = (min(round(edge * whole), whole - width) for edge in (left, top))
    part = square[y : y + width, x : x + width]
    if width != side:
        part = np.asarray(Image.fromarray(part).resize((side, side), Image.Resampling.BILINEAR))
    out[:] = part

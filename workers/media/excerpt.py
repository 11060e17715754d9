"""Get stretches of sound, and the windows that a deepfake engine looks at, of one upload.

Each group of windows is decoded in a child of its own, as many as fit into GROUP_BYTES, and copied
out one at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topics.errors import MediaResult

from .answers import Excerpt, Excerpted, Framing, Heard, Listen
from .ask import Asker
from .memfd import Buffer
from .windows import WINDOW_FRAMES, WINDOW_SAMPLES, Window

GROUP_BYTES = 64 << 20
SIDE_MAX = 448  # px: a window of it has 60 MB

Samples = NDArray[np.int16]  # (S,) mono, 16 kHz


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One window, decoded.

    frames:  (WINDOW_FRAMES, side, side, 3) RGB, 1/25 s apart
    samples: (WINDOW_SAMPLES,), from the first frame on
    frames_shown, samples_heard: how many of them were in the file, each once
    """

    window: Window
    frames: NDArray[np.uint8] = field(repr=False)
    samples: Samples = field(repr=False)
    frames_shown: int
    samples_heard: int


async def listen(asker: Asker, starts: Sequence[float]) -> tuple[list[Samples], list[int]]:
    """The sound of windows: WINDOW_SAMPLES from each start on, and how many were in the file."""
    if not len(starts):
        return [], []
    request = Listen(starts=list(starts), samples=WINDOW_SAMPLES)
    answer, run = await asker.ask(request, Heard, 2 * WINDOW_SAMPLES * len(starts))
    try:
        _check(answer.samples, len(starts), WINDOW_SAMPLES)
        out = np.empty((len(starts), WINDOW_SAMPLES), np.int16)
        run.buffer.copy(out.view(np.uint8).reshape(-1).data)
    finally:
        run.buffer.close()
    return list(out), answer.samples


async def scenes(asker: Asker, windows: Sequence[Window], side: int) -> AsyncIterator[Scene]:
    """The windows, decoded one after another. side: px

    raises: as `Asker.ask`
    """
    if not 1 <= side <= SIDE_MAX:
        raise ValueError(f"{side = }, expected 1 to {SIDE_MAX}")
    size = WINDOW_FRAMES * side * side * 3 + 2 * WINDOW_SAMPLES
    group = max(1, GROUP_BYTES // size)
    for first in range(0, len(windows), group):
        some = windows[first : first + group]
        framings = [Framing(start_seconds=w.start_seconds, region=w.region) for w in some]
        request = Excerpt(side=side, windows=framings)
        answer, run = await asker.ask(request, Excerpted, size * len(some))
        try:
            _check(answer.frames, len(some), WINDOW_FRAMES)
            _check(answer.samples, len(some), WINDOW_SAMPLES)
            for number, window in enumerate(some):
                pixels, samples = await asyncio.to_thread(_copy, run.buffer, number * size, side)
                yield Scene(
                    window=window,
                    frames=pixels,
                    samples=samples,
                    frames_shown=answer.frames[number],
                    samples_heard=answer.samples[number],
                )
        finally:
            run.buffer.close()


def _check(counts: Sequence[int], expected: int, highest: int) -> None:
    if len(counts) != expected or max(counts) > highest:
        raise MediaResult(f"bad_result: {counts!r:.100}, expected {expected} up to {highest}")


def _copy(buffer: Buffer, first: int, side: int) -> tuple[NDArray[np.uint8], Samples]:
    frames = np.empty((WINDOW_FRAMES, side, side, 3), np.uint8)
    samples = np.empty(WINDOW_SAMPLES, np.int16)
    buffer.copy(frames.reshape(-1).data, first)
    buffer.copy(samples.view(np.uint8).data, first + frames.size)
    return frames, samples

"""Choose frames by time: the first one at or after each slot, so variable frame rates are right.

Pure. Every chosen frame is chosen once, also where one frame fills several slots.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SAME_SECONDS = 1e-6  # floating point noise between a slot and a frame's time
_WIDENED_LEAST = 1.01  # at once, so that an end is soon found

Times = NDArray[np.float64]
Places = NDArray[np.int64]


def widened(step_seconds: float, seconds: float, frames_max: int) -> float:
    """The step that gives at most frames_max slots in so many seconds."""
    return max(step_seconds, seconds / frames_max)


def fitting(times: Times, step_seconds: float, frames_max: int) -> float:
    """The step, or a wider one that chooses at most frames_max frames.

    Where no frames are, no slots are lost: one late frame does not thin out what comes before.
    """
    while (count := regular(times, step_seconds).size) > frames_max:
        step_seconds *= max(_WIDENED_LEAST, count / frames_max)
    return step_seconds


def regular(times: Times, step_seconds: float) -> Places:
    """Places in `times` (ascending) of the frames for slots that start with the first frame."""
    if not times.size:
        return np.empty(0, np.int64)
    passed = np.floor((times - times[0] + _SAME_SECONDS) / step_seconds)
    return np.concatenate([[0], 1 + np.flatnonzero(np.diff(passed))])


def inside(
    times: Times, windows: Sequence[tuple[float, float]], step_seconds: float, frames_max: int
) -> Places:
    """Places of the frames for slots inside windows (start, end), both ends included.

    The step is widened where the windows together have more than frames_max slots.
    """
    total = sum(max(0.0, end - start) for start, end in windows)
    room = max(1, frames_max - len(windows))  # each window has one slot more than steps
    step = widened(step_seconds, total, room)
    slots = [
        start + step * np.arange(np.floor((end - start + _SAME_SECONDS) / step) + 1)
        for start, end in windows
        if end >= start
    ]
    places = _at_or_after(times, np.concatenate(slots) if slots else np.empty(0))
    ends = np.array([end for _, end in windows])
    starts = np.array([start for start, _ in windows])
    at = times[places][:, None]
    held = (starts - _SAME_SECONDS <= at) & (at <= ends + _SAME_SECONDS)
    return places[held.any(axis=1)][:frames_max]


def nearest(times: Times, wanted: Sequence[float]) -> Places:
    """Place of the frame nearest to each wanted time, in the order of the wanted."""
    after = np.clip(np.searchsorted(times, wanted), 1, max(1, times.size - 1))
    before = after - 1
    after = np.minimum(after, times.size - 1)
    closer = np.abs(times[after] - wanted) < np.abs(times[before] - wanted)
    return np.where(closer, after, before)


def _at_or_after(times: Times, slots: Times) -> Places:
    places = np.unique(np.searchsorted(times, slots - _SAME_SECONDS))
    return places[places < times.size]

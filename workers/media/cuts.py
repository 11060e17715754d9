"""Find, without decoding, frames where the content may jump: the places to look at between steps.

An encoder spends bytes where it cannot predict: a packet much larger than its neighbours of the
same kind, or a key frame off the beat of the others, starts something new. Where every frame is a
key frame, any change of size is taken for one. Whether it really is one is seen after decoding
(likeness.py). Pure.
"""

import numpy as np
from numpy.typing import NDArray

from .plan import group_start, needed
from .track import Track

COST_SHARE = 0.2  # of the packets that the steps need may be decoded more, for all cuts together
_BLOCK = 16  # neighbours that a packet is held against
_JUMP = 1.3  # log2 of a size over its neighbours' median: 2.5 times
_LARGE = -2.75  # log2 of its size over the median key frame's: at least 15 %
_CHANGE = 0.2  # the same where all frames are key frames, up or down: 15 %
_OFF_BEAT = 4.0  # what a key frame off the beat counts as: 16 times
_BEAT_SLACK = 0.02  # share of the beat that a key frame may miss it by
_APART = 3  # frames; jumps nearer to each other belong together
_ALL_KEYS = 0.9  # share of key frames from which on all are taken to be some
_TRIES = 4  # candidates that are weighed for each that is taken

Int64s = NDArray[np.int64]
Floats = NDArray[np.float64]


def cuts(track: Track, steps: Int64s, most: int) -> Int64s:
    """Times on the track of frames that may start something new, the likeliest first.

    steps: times of the frames that are decoded anyhow; they are never among the cuts
    most:  how many at most
    """
    if most < 1 or track.by_order or track.times.size < 3:
        return np.empty(0, np.int64)
    pts, keys = np.array(track.pts, np.int64), np.array(track.keys, bool)
    jumps = _strengths(pts, keys, np.array(track.sizes, np.float64))
    jumps[~np.array(track.shown, bool) | np.isin(pts, steps)] = 0.0
    return _affordable(pts, keys, steps, _groups(pts, jumps), most)


def _strengths(pts: Int64s, keys: NDArray[np.bool_], sizes: Floats) -> Floats:
    """How suddenly each packet (in decode order) begins something new; 0: not at all."""
    logs = np.log2(np.maximum(1.0, sizes))
    if keys.mean() > _ALL_KEYS:
        changes = np.abs(logs - np.concatenate([logs[:1], logs[:-1]]))
        return np.where(changes > _CHANGE, changes, 0.0)
    strengths, large = np.zeros(pts.size), np.median(logs[keys]) + _LARGE if keys.any() else 0.0
    for kind in filter(np.any, _kinds(pts, keys)):
        jumps = logs[kind] - _usual(logs[kind])
        strengths[kind] = np.where((jumps > _JUMP) & (logs[kind] > large), jumps, 0.0)
    strengths[_off_beat(pts, keys)] = _OFF_BEAT
    return strengths


def _kinds(pts: Int64s, keys: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], ...]:
    """Packets that an encoder treats alike, told by their order: P, B that others refer to, B."""
    forward = pts >= np.maximum.accumulate(pts)
    between = ~forward & (np.append(pts[1:], pts[-1:]) < pts)  # something before it comes after it
    return forward & ~keys, between & ~keys, ~forward & ~between & ~keys


def _usual(logs: Floats) -> Floats:
    """For each value the median of the block that it is in."""
    blocks = np.pad(logs, (0, -logs.size % _BLOCK), mode="edge").reshape(-1, _BLOCK)
    return np.asarray(np.median(blocks, axis=1).repeat(_BLOCK)[: logs.size], np.float64)


def _off_beat(pts: Int64s, keys: NDArray[np.bool_]) -> Int64s:
    """Places of key frames that come before the beat of the others has passed."""
    places = np.flatnonzero(keys)
    gaps = np.diff(pts[places])
    if gaps.size < 1:
        return np.empty(0, np.int64)
    beat = gaps.max()
    return np.asarray(places[1:][gaps < beat * (1 - _BEAT_SLACK)], np.int64)


def _groups(pts: Int64s, strengths: Floats) -> Int64s:
    """Places of jumps, strongest first; of such that lie together the earliest alone.

    What starts with a jump often ends with one, and the end shows what was there before.
    """
    shown = np.argsort(pts, kind="stable")
    jumps = np.flatnonzero(strengths[shown] > 0)
    if not jumps.size:
        return jumps
    starts = np.flatnonzero(np.diff(jumps, prepend=-_APART - 1) > _APART)
    strongest = np.maximum.reduceat(strengths[shown[jumps]], starts)
    return np.asarray(shown[jumps[starts]][np.argsort(-strongest, kind="stable")], np.int64)


def _affordable(
    pts: Int64s, keys: NDArray[np.bool_], steps: Int64s, ranked: Int64s, most: int
) -> Int64s:
    """The strongest for which few packets more must be decoded."""
    need, starts = needed(pts, keys, steps), np.flatnonzero(keys)
    left = COST_SHARE * need.sum()
    taken: list[int] = []
    for place in ranked[: _TRIES * most].tolist():
        group = need[group_start(pts, starts, place) : place + 1]
        cost = group.size - int(group.sum())
        if len(taken) < most and cost <= left:
            group[:] = True
            left -= cost
            taken.append(place)
    return pts[np.array(taken, np.int64)]

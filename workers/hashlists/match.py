"""Ask lists of known content about frames: which item is how far from which frame.

Frames of low quality are not asked about: their hashes say nothing. The event loop does not wait:
numpy lets go of the interpreter while it compares, in a thread.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from policies.known import Match, stretches
from topics.verdicts import KnownContent
from workers.media.answers import Seen

from .entries import QUALITY_MIN
from .index_file import HashList

ITEMS_MAX = 20  # of one list, for one frame; the nearest


def is_comparable(frames: Iterable[Seen]) -> bool:
    """Whether every frame came with a hash; a decoder that sends none must not go unnoticed."""
    return all(frame.pdq is not None for frame in frames)


async def known_content(
    lists: Mapping[str, HashList],
    frames: Iterable[Seen],
    frame_seconds: float,
    duration_seconds: float,
) -> tuple[KnownContent, ...]:
    """The stretches of a video that match a list. frames: in order of time."""
    asked = comparable(frames) if lists else []
    found = await asyncio.to_thread(matches, lists, asked)
    times = [frame.pts_seconds for frame in asked]
    return stretches(found, times, frame_seconds, duration_seconds)


def comparable(frames: Iterable[Seen]) -> list[Seen]:
    """The frames whose hash can be compared."""
    return [frame for frame in frames if frame.pdq is not None and frame.quality >= QUALITY_MIN]


def matches(lists: Mapping[str, HashList], frames: Sequence[Seen]) -> list[Match]:
    """Every item within its list's distance of a comparable frame; nearest first in each frame."""
    asked: dict[tuple[str | None, str | None], list[tuple[str, str, int]]] = {}
    found = []
    for frame in frames:
        key = frame.pdq, frame.mirrored
        if key not in asked:
            asked[key] = [
                (name, item, distance)
                for name, one in lists.items()
                for item, distance in _items(one, frame)
            ]
        found += [
            Match(pts_seconds=frame.pts_seconds, list=name, item=item, distance=distance)
            for name, item, distance in asked[key]
        ]
    return found


def _items(held: HashList, frame: Seen) -> list[tuple[str, int]]:
    nearest: dict[str, int] = {}
    for digits in (frame.pdq, frame.mirrored if held.matching.mirrored else None):
        if digits is None:
            continue
        hits = held.index.within(_hash(digits), held.matching.distance)
        order = np.argsort(hits.distances, kind="stable")
        for row, distance in zip(hits.rows[order], hits.distances[order], strict=True):
            item = held.item(int(row))
            nearest[item] = min(int(distance), nearest.get(item, int(distance)))
            if len(nearest) >= 2 * ITEMS_MAX:
                break
    return sorted(nearest.items(), key=lambda one: one[1])[:ITEMS_MAX]


def _hash(digits: str) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex(digits), np.uint8)

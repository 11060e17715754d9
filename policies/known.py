"""Turn frames that match lists of known content into stretches of the video; pure.

Matching frames of one item that follow each other are one stretch; frames that could not be
compared, as black ones, lie between them without parting them. What follows from a match is not
decided here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policies.timeline import stands_for
from topics.verdicts import KnownContent

STRETCHES_MAX = 200  # of one upload; the nearest are kept


@dataclass(frozen=True, kw_only=True)
class Match:
    """A frame that is within a list's distance, in bits, of one of the list's items."""

    pts_seconds: float
    list: str
    item: str
    distance: int


def stretches(
    matches: Iterable[Match],
    compared: Sequence[float],
    frame_seconds: float,
    duration_seconds: float,
) -> tuple[KnownContent, ...]:
    """The matches as stretches, in order of time.

    compared: the times of all frames that were compared with the lists, ascending
    """
    standing = stands_for(compared, frame_seconds, duration_seconds)
    place = {pts: number for number, pts in enumerate(compared)}
    nearest: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for match in matches:
        frames, number = nearest[match.list, match.item], place[match.pts_seconds]
        frames[number] = min(match.distance, frames.get(number, match.distance))
    found = [
        KnownContent(
            list=name,
            item=item,
            distance=float(min(frames[number] for number in run)),
            start_seconds=round(standing[run[0]][0], 3),
            end_seconds=round(standing[run[-1]][1], 3),
        )
        for (name, item), frames in nearest.items()
        for run in _runs(sorted(frames))
    ]
    found = sorted(found, key=lambda one: one.distance)[:STRETCHES_MAX]
    return tuple(sorted(found, key=lambda one: (one.start_seconds, one.list, one.item)))


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs

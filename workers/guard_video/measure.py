"""Turn what was said about made videos into figures: false flags of clean ones, segments found.

A clean video is flagged when any live policy finds a violation in it. A violation is found when a
segment of its policy overlaps it by 0.3 of the time that both take together (tIoU).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from .judging import Outcome
from .live import live
from .script import Violation

TIOU_MIN = 0.3
FALSE_FLAGS_MAX = 0.02  # of clean videos
RECALL_MIN = 0.85  # of violations
Z = 1.96  # 95 %, both sides

Stretch = tuple[float, float]


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """NaN of nothing."""
        return self.part / self.whole if self.whole else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %."""
        if not self.whole:
            return 0.0, 1.0
        n, share = self.whole, self.part / self.whole
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Counts:
    """Of one policy, or of all together.

    flagged: clean videos; found: violations; strayed: videos with a violation in which another
        policy was taken to be broken too; doubted: videos that were not wholly answered
    """

    flagged: Share
    found: Share
    strayed: Share
    doubted: Share

    @property
    def holds(self) -> bool:
        """Whether both bars are met."""
        return self.flagged.value <= FALSE_FLAGS_MAX and self.found.value >= RECALL_MIN


def overlap(one: Stretch, other: Stretch) -> float:
    """tIoU of two stretches (start, end) in seconds."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    either = max(one[1], other[1]) - min(one[0], other[0])
    return max(0.0, both) / either if either > 0 else 0.0


def is_found(violation: Violation, segments: Iterable[Stretch]) -> bool:
    """Whether any segment overlaps it enough."""
    wanted = violation.start_seconds, violation.end_seconds
    return any(overlap(wanted, segment) >= TIOU_MIN for segment in segments)


def segments_of(outcome: Outcome, policy_id: str) -> list[Stretch]:
    """What a policy found."""
    return [
        (segment.start_seconds, segment.end_seconds)
        for result in outcome.results
        if result.policy_id == policy_id and result.result == "violates"
        for segment in result.segments
    ]


def count(outcomes: Sequence[Outcome], ids: Sequence[str]) -> Counts:
    """The figures of some policies together."""
    clean = [one for one in outcomes if one.truth.violation is None]
    guilty = [(one, v) for one in outcomes if (v := one.truth.violation) and v.policy_id in ids]
    others = [(one, v) for one in outcomes if (v := one.truth.violation)]
    return Counts(
        flagged=Share(sum(any(segments_of(o, i) for i in ids) for o in clean), len(clean)),
        found=Share(sum(is_found(v, segments_of(o, v.policy_id)) for o, v in guilty), len(guilty)),
        strayed=Share(
            sum(any(segments_of(o, i) for i in ids if i != v.policy_id) for o, v in others),
            len(others),
        ),
        doubted=Share(sum(_is_doubted(one, ids) for one in outcomes), len(outcomes)),
    )


def by_policy(outcomes: Sequence[Outcome]) -> dict[str, Counts]:
    """Each live policy's figures, then those of all."""
    ids = [one.policy.id for one in live()]
    return {id: count(outcomes, [id]) for id in ids} | {"all": count(outcomes, ids)}


def _is_doubted(outcome: Outcome, ids: Sequence[str]) -> bool:
    return any(one.result == "unparsable" and one.policy_id in ids for one in outcome.results)

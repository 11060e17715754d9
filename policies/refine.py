"""Where to look more closely: the neighbourhoods of hits that should be decoded more densely.

Between a hit and a neighbour that misses lies a segment's border, and a hit without hitting
neighbours may be an error: dense frames around them find the one and confirm or withdraw the
other (DESIGN.md section 2, Decode). A neighbour that has only a copy of the hit's answer confirms
nothing. Decodes nothing and decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from policies.judgement import FrameAnswer, Judgement, PolicyJudgement
from policies.severity import lowest_threshold
from policies.timeline import DENSE_SHARE, Frame, timeline

STEPS = 4  # dense frames stand a base distance / STEPS apart


@dataclass(frozen=True, kw_only=True)
class _Gap:
    """A stretch without samples beside a hit.

    is_lone: the hit has no hitting neighbour; these come first, since they may change the verdict
    """

    start_seconds: float
    end_seconds: float
    score: float
    is_lone: bool

    def cost(self, frame_seconds: float) -> int:
        """How many new frames it takes."""
        length = self.end_seconds - self.start_seconds
        return max(1, ceil(length * STEPS / frame_seconds) - 1)


def windows_to_refine(
    answers: Iterable[FrameAnswer],
    threshold: float,
    frame_seconds: float,
    duration_seconds: float,
    cap: int,
) -> list[tuple[float, float]]:
    """The stretches to decode at `frame_seconds / STEPS`, in order, apart from each other.

    threshold: the policy's lowest
    cap: of new frames over all stretches; lone hits are served first, then the highest scores
    """
    gaps = _gaps(answers, threshold, frame_seconds, duration_seconds)
    return _windows(gaps, frame_seconds, cap)


def windows_of_all(
    judged: Sequence[PolicyJudgement], frame_seconds: float, duration_seconds: float, cap: int
) -> list[tuple[float, float]]:
    """The same over all policies of an upload together."""
    gaps: list[_Gap] = []
    for one in judged:
        lowest = lowest_threshold(one.policy)
        gaps.extend(_gaps(one.answers, lowest, frame_seconds, duration_seconds))
    return _windows(gaps, frame_seconds, cap)


def missing_pts(judgement: Judgement, pts_seconds: Iterable[float]) -> list[float]:
    """Of some frames those that no policy has an answer for yet, to the millisecond."""
    known = {round(a.pts_seconds * 1000) for one in judgement.policies for a in one.answers}
    return [pts for pts in pts_seconds if round(pts * 1000) not in known]


def _gaps(
    answers: Iterable[FrameAnswer], threshold: float, frame_seconds: float, duration_seconds: float
) -> list[_Gap]:
    line = timeline(answers, frame_seconds, duration_seconds)
    gaps: list[_Gap] = []
    for i, frame in enumerate(line.frames):
        if frame.score is None or not frame.reaches(threshold):
            continue
        sides = _sides(line.frames, i, frame_seconds, line.end_seconds)
        lone = not any(_supports(other, frame, threshold) for _, _, other in sides)
        for start, end, other in sides:
            is_border = not _supports(other, frame, threshold)
            is_inside = other is None or other.copy_of == frame.pts_seconds
            if is_border and (lone or not is_inside) and _is_coarse(start, end, frame_seconds):
                gaps.append(
                    _Gap(start_seconds=start, end_seconds=end, score=frame.score, is_lone=lone)
                )
    return gaps


def _supports(other: Frame | None, frame: Frame, threshold: float) -> bool:
    """Whether a neighbour hits too, and not only because it copies the frame's answer."""
    if other is None or other.copy_of == frame.pts_seconds:
        return False
    return other.reaches(threshold)


def _sides(
    frames: tuple[Frame, ...], i: int, frame_seconds: float, end_seconds: float
) -> list[tuple[float, float, Frame | None]]:
    """(start, end, neighbour) before and after a frame; at the clip's ends without neighbour."""
    pts = frames[i].pts_seconds
    before = frames[i - 1] if i else None
    after = frames[i + 1] if i + 1 < len(frames) else None
    start = before.pts_seconds if before else max(0.0, pts - frame_seconds)
    end = after.pts_seconds if after else min(end_seconds, pts + frame_seconds)
    return [(start, pts, before), (pts, end, after)]


def _is_coarse(start: float, end: float, frame_seconds: float) -> bool:
    return end - start > DENSE_SHARE * frame_seconds


def _windows(gaps: list[_Gap], frame_seconds: float, cap: int) -> list[tuple[float, float]]:
    chosen: set[tuple[float, float]] = set()
    left = cap
    for gap in sorted(gaps, key=lambda gap: (not gap.is_lone, -gap.score, gap.start_seconds)):
        window = (gap.start_seconds, gap.end_seconds)
        cost = gap.cost(frame_seconds)
        if window not in chosen and cost <= left:
            chosen.add(window)
            left -= cost
    return _joined(sorted(chosen))


def _joined(windows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in windows:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined

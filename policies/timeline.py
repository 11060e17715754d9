"""Turn answers about frames into a timeline: each frame with the stretch of time it stands for.

A frame stands for the time until midway to its neighbours, at most one base distance to each
side; the first and the last frame reach to the clip's ends within the same bound. So borders are
as sharp as the sampling around them. Knows no policy and no threshold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policies.judgement import FrameAnswer

DENSE_SHARE = 0.5  # of the base distance: nearer neighbours were decoded to confirm or withdraw


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One answer on the timeline.

    score: None when the answer is unparsable: neither a hit nor safe
    is_dense: every neighbour is near, so a hit that stands alone is contradicted by them; never at
        a cut, where the neighbours show something else
    copy_of: the time of the frame that was scored instead of this one
    """

    pts_seconds: float
    score: float | None
    start_seconds: float
    end_seconds: float
    is_dense: bool
    copy_of: float | None = None

    def reaches(self, threshold: float) -> bool:
        """Whether the frame is a hit at this threshold."""
        return self.score is not None and self.score >= threshold


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The frames of one clip in order of time, one per moment."""

    frames: tuple[Frame, ...]
    end_seconds: float

    @property
    def judgeable_seconds(self) -> float:
        """From where the first frame's stretch begins to the end of the clip."""
        return self.end_seconds - self.frames[0].start_seconds if self.frames else 0.0


def is_parsed(answer: FrameAnswer) -> bool:
    """Whether an answer says anything; a score that is no probability says nothing."""
    return answer.word != "unparsable" and 0.0 <= answer.score <= 1.0


def _moments(answers: Iterable[FrameAnswer]) -> list[tuple[FrameAnswer, float | None]]:
    """(answer, score) in order; a frame answered twice (to the ms) is one frame, its hardest score.

    Of two answers the one that is no copy stands for the frame.
    """
    moments: dict[int, tuple[FrameAnswer, float | None]] = {}
    for answer in answers:
        score = answer.score if is_parsed(answer) else None
        slot = round(answer.pts_seconds * 1000)
        first, held = moments.get(slot, (answer, None))
        hardest = max((s for s in (score, held) if s is not None), default=None)
        moments[slot] = (answer if first.copy_of is not None else first, hardest)
    return sorted(moments.values(), key=lambda moment: moment[0].pts_seconds)


def timeline(
    answers: Iterable[FrameAnswer], frame_seconds: float, duration_seconds: float
) -> Timeline:
    """The answers of one policy, in any order, as frames with their stretches."""
    moments = _moments(answers)
    pts = [answer.pts_seconds for answer, _ in moments]
    standing = stands_for(pts, frame_seconds, duration_seconds)
    frames = tuple(
        Frame(
            pts_seconds=answer.pts_seconds,
            score=score,
            start_seconds=start,
            end_seconds=end,
            is_dense=not answer.is_cut and _is_dense(pts, i, frame_seconds),
            copy_of=answer.copy_of,
        )
        for i, ((answer, score), (start, end)) in enumerate(zip(moments, standing, strict=True))
    )
    return Timeline(frames=frames, end_seconds=max([duration_seconds, *pts]))


def stands_for(
    pts_seconds: Sequence[float], frame_seconds: float, duration_seconds: float
) -> list[tuple[float, float]]:
    """The stretch (start, end) that each of some frames, ascending, stands for."""
    middles = [(a + b) / 2 for a, b in pairwise(pts_seconds)]
    edges = [0.0, *middles, max([duration_seconds, *pts_seconds])]
    return [
        (max(edges[i], at - frame_seconds, 0.0), min(edges[i + 1], at + frame_seconds))
        for i, at in enumerate(pts_seconds)
    ]


def _is_dense(pts: list[float], i: int, frame_seconds: float) -> bool:
    gaps = [pts[j + 1] - pts[j] for j in (i - 1, i) if 0 <= j < len(pts) - 1]
    return bool(gaps) and max(gaps) <= DENSE_SHARE * frame_seconds

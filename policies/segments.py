"""Turn a timeline and a policy's k, n and minimum length into the stretches that violate it.

k of n consecutive frames flag a stretch, from the first to the last hit among them; flagged
stretches that touch are one segment. Never one frame's maximum: at a frame false-positive rate of
0.08 a clean 60-frame video would be flagged 99 times in 100 (DESIGN.md section 4).

Everything here is monotone: a higher score anywhere never loses a segment.
1) A clip with fewer than k frames is judged by all of its frames, and all must hit.
2) A hit whose neighbours were all sampled densely and all miss is withdrawn, also for k = 1, and
   with it the hits of its copies: frames that were not scored because they show the same. A frame
   at a cut is not withdrawn: its neighbours show something else.
3) A clip shorter than `minimum_seconds` is held against its own length instead.
4) An unparsable frame is no hit; that it is not safe either is doubt.py's business.
"""

from dataclasses import dataclass
from itertools import accumulate

from policies.timeline import Frame, Timeline
from topics.policies import Policy

TOLERANCE_SECONDS = 1e-6  # of the sums that a segment's length is made of


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of time that violates a policy.

    peaks: the positions of its hits, highest score first: candidates for evidence
    """

    start_seconds: float
    end_seconds: float
    peak_score: float
    peaks: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_seconds - self.start_seconds


def find_segments(line: Timeline, policy: Policy, threshold: float) -> tuple[Span, ...]:
    """The segments at one threshold that are long enough, in order of time."""
    runs = _merged(line.frames, _flagged(line.frames, policy, threshold))
    found = (_span(line.frames[first : last + 1], threshold) for first, last in runs)
    needed = min(policy.minimum_seconds, line.judgeable_seconds) - TOLERANCE_SECONDS
    return tuple(span for span in found if span.seconds >= needed)


def standing_score(line: Timeline, policy: Policy) -> float:
    """The highest threshold at which a segment stands; 0 where none stands at any.

    So a policy's action is earned exactly when its threshold is at most this score.
    """
    scores = sorted({frame.score for frame in line.frames if frame.score is not None})
    low, high = 0, len(scores)  # scores[:low] stand, scores[high:] do not: monotone
    while low < high:
        middle = (low + high) // 2
        if find_segments(line, policy, scores[middle]):
            low = middle + 1
        else:
            high = middle
    return scores[low - 1] if low else 0.0


def _standing_hits(frames: tuple[Frame, ...], threshold: float) -> list[bool]:
    """Which frames hit and are not contradicted by dense neighbours; copies go with their frame."""
    hits = [frame.reaches(threshold) for frame in frames]
    around = [False, *hits, False]
    stands = [
        hit and (not frame.is_dense or around[i] or around[i + 2])
        for i, (hit, frame) in enumerate(zip(hits, frames, strict=True))
    ]
    without = {frame.pts_seconds for frame, stand in zip(frames, stands, strict=True) if not stand}
    return [
        stand and frame.copy_of not in without for frame, stand in zip(frames, stands, strict=True)
    ]


def _flagged(frames: tuple[Frame, ...], policy: Policy, threshold: float) -> list[tuple[int, int]]:
    """First and last hit of each window of n frames that holds at least k hits."""
    hits = _standing_hits(frames, threshold)
    at = [i for i, hit in enumerate(hits) if hit]
    before = [0, *accumulate(hits)]
    size = min(policy.n, len(frames))
    needed = max(1, min(policy.k, size))
    return [
        (at[before[start]], at[before[start + size] - 1])
        for start in range(len(frames) - size + 1)
        if before[start + size] - before[start] >= needed
    ]


def _merged(frames: tuple[Frame, ...], stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of frames in order, those that touch in time made one."""
    merged: list[tuple[int, int]] = []
    for first, last in stretches:
        if merged and frames[first].start_seconds <= frames[merged[-1][1]].end_seconds:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _span(frames: tuple[Frame, ...], threshold: float) -> Span:
    hits = [(frame.score, frame.pts_seconds) for frame in frames if frame.reaches(threshold)]
    ranked = sorted(hits, key=lambda hit: (-(hit[0] or 0.0), hit[1]))
    return Span(
        start_seconds=frames[0].start_seconds,
        end_seconds=frames[-1].end_seconds,
        peak_score=ranked[0][0] or 0.0,
        peaks=tuple(pts for _, pts in ranked),
    )

"""Choose the frames that segments point to: which to store, and which of the stored to name.

Stores nothing: the worker stores what `frames_to_keep` asks for before it publishes the verdict.
"""

from collections.abc import Mapping, Sequence

from policies.contradiction import contradictions
from policies.judgement import PolicyJudgement
from policies.segments import Span, find_segments
from policies.severity import lowest_threshold
from policies.timeline import timeline
from topics.verdicts import Evidence

FRAMES_PER_SEGMENT = 3
CONTRADICTED = 0.5  # rank of such a frame: after a segment's best (0), before its second one (1)


def frames_to_keep(
    judged: Sequence[PolicyJudgement], frame_seconds: float, duration_seconds: float, cap: int
) -> tuple[float, ...]:
    """Positions of the frames worth storing, in order of time, at most `cap`.

    Every segment's best frame comes before any segment's second one; a frame on which a policy
    contradicts its paraphrases comes after all segments' best.
    """
    ranked: list[tuple[float, float, float]] = []
    for one in judged:
        ranked.extend((CONTRADICTED, 0.0, frame.pts_seconds) for frame in contradictions(one))
        line = timeline(one.answers, frame_seconds, duration_seconds)
        for span in find_segments(line, one.policy, lowest_threshold(one.policy)):
            peaks = span.peaks[:FRAMES_PER_SEGMENT]
            ranked.extend((rank, -span.peak_score, pts) for rank, pts in enumerate(peaks))
    wanted = dict.fromkeys(pts for _, _, pts in sorted(ranked))
    return tuple(sorted(list(wanted)[:cap]))


def evidence_for(span: Span, stored: Mapping[float, Evidence]) -> tuple[Evidence, ...]:
    """The stored frames that support a segment, in order of time; the highest scores are named."""
    named = [stored[pts] for pts in span.peaks if pts in stored][:FRAMES_PER_SEGMENT]
    return tuple(sorted(named, key=lambda item: item.pts_seconds))

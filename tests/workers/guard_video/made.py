"""Outcomes by hand, for the tests of what is measured and fitted."""

from collections.abc import Sequence
from typing import Literal

from policies.judgement import FrameAnswer
from topics.verdicts import PolicyResult, Segment
from workers.guard_video.clips import Truth
from workers.guard_video.judging import Outcome
from workers.guard_video.live import live
from workers.guard_video.script import Violation

IDS = [one.policy.id for one in live()]
SECONDS = 60


def violation(policy_id: str = "weapons", start: float = 10, end: float = 16) -> Violation:
    return Violation(policy_id, start, end, appears=True)


def outcome(
    name: str = "v",
    guilty: Violation | None = None,
    found: dict[str, list[tuple[float, float]]] | None = None,
    scores: dict[str, Sequence[float]] | None = None,
) -> Outcome:
    """found: segments by policy; scores: by policy, a frame a second, 0.1 where none are given."""
    return Outcome(
        truth=Truth(name, SECONDS, guilty, "recipe"),
        results=tuple(_result(id, (found or {}).get(id, [])) for id in IDS),
        answers={id: _answers((scores or {}).get(id, ())) for id in IDS},
        frame_seconds=1.0,
        duration_seconds=SECONDS,
        frames_scored=SECONDS,
        judge_seconds=1.0,
    )


def shown(level: float, start: int, end: int) -> list[float]:
    """Scores of a video in which something is seen from one second to another."""
    return [level if start <= second < end else 0.1 for second in range(SECONDS)]


def _result(policy_id: str, segments: list[tuple[float, float]]) -> PolicyResult:
    result: Literal["violates", "ok"] = "violates" if segments else "ok"
    return PolicyResult(
        policy_id=policy_id,
        version=1,
        mode="live",
        result=result,
        segments=tuple(
            Segment(start_seconds=start, end_seconds=end, peak_score=0.9) for start, end in segments
        ),
    )


def _answers(scores: Sequence[float]) -> tuple[FrameAnswer, ...]:
    given = scores or [0.1] * SECONDS
    return tuple(
        FrameAnswer(
            pts_seconds=float(second), word="unsafe" if score > 0.5 else "safe", score=score
        )
        for second, score in enumerate(given)
    )

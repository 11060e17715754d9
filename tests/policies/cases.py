"""Uploads, policies and judgements by hand, for the tests of the pure core."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from policies.judgement import FrameAnswer, Judgement, Occasion, PolicyJudgement, Word
from topics.policies import Policy, PolicyRecord, Thresholds
from topics.uploads import Upload
from topics.verdicts import Content, Coverage, Deepfake

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
UPLOAD = Upload(video_id="v-1", uri="file:///v.mp4", uploaded_at=NOON, uploader_id="u-1")
OCCASION = Occasion(name="upload:uploads/0/7", sequence=1795608000000, queued_seconds=0.5)


def policy(id: str = "weapons", **fields: Any) -> Policy:
    """Restrict from 0.5, remove from 0.9, two of three frames."""
    given: dict[str, Any] = {
        "version": 1,
        "title": "T",
        "text": "no guns .",
        "actions": {"restrict": 0.5, "remove": 0.9},
    }
    merged = given | fields
    if isinstance(merged["actions"], dict):
        merged["actions"] = Thresholds(**merged["actions"])
    return Policy(id=id, **merged)


def record(policy: Policy) -> PolicyRecord:
    """As an operator publishes it."""
    return PolicyRecord(policy=policy, published_at=NOON, published_by="mira", why="a test")


def answers(scores: Sequence[float | None], step: float = 1.0) -> tuple[FrameAnswer, ...]:
    """One frame every `step` seconds; None is an unparsable answer."""
    return tuple(_answer(i * step, score) for i, score in enumerate(scores))


def held(score: float, times: Sequence[float]) -> tuple[FrameAnswer, ...]:
    """A picture that is held: the first frame was scored, the others are its copies."""
    first = _answer(times[0], score)
    copies = [replace(first, pts_seconds=at, copy_of=first.pts_seconds) for at in times[1:]]
    return (first, *copies)


def _answer(pts: float, score: float | None) -> FrameAnswer:
    if score is None:
        return FrameAnswer(pts_seconds=pts, word="unparsable", score=0.5, rationale="?")
    word: Word = "unsafe" if score >= 0.5 else "safe"
    return FrameAnswer(pts_seconds=pts, word=word, score=score, rationale=f"frame at {pts:g}")


def judged(
    scores: Sequence[float | None], policy: Policy, *, decides: bool = True
) -> PolicyJudgement:
    """What the guard said under one policy, a frame a second."""
    return PolicyJudgement(policy=policy, answers=answers(scores), decides=decides)


def judgement(*policies: PolicyJudgement, **fields: Any) -> Judgement:
    """A readable clip, wholly covered, judged under some policies by a production engine."""
    frames = max((len(one.answers) for one in policies), default=0)
    plain = Judgement(
        judged_at=NOON,
        content=Content(
            sha256="9f" * 32,
            duration_seconds=float(frames),
            container="mp4",
            codecs=("h264",),
            width=64,
            height=48,
        ),
        coverage=Coverage(frames_expected=frames, frames_scored=frames),
        has_picture=True,
        senses=frozenset({"picture"}),
        frame_seconds=1.0,
        policies=policies,
        deepfake=Deepfake(result="not_applicable", reason="no_engine"),
        policy_set="1f" * 32,
        engines={"safeguard": "safeguard@1+0123456789ab"},
        worker="0.1.0",
        sampling="1fps/240",
    )
    return replace(plain, **fields)

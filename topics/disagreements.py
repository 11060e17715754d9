"""`disagreements`: where engines contradict each other, themselves or a person."""

from typing import Literal

import msgspec

from .declare import Topic
from .fields import Id, Score, Seconds, Sha256, Time


class ContradictedFrame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A frame that one text calls safe and another one unsafe; scores: by the texts' names."""

    pts_seconds: Seconds
    scores: dict[str, Score]


class Disagreement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contradiction, with enough to find the frame again.

    kind: small_margin (the score is within the margin of a threshold), shadow (shadow or canary
        against live), paraphrase (the same policy in other words, on the same frame), cross_engine
        (CAD against the guard), review
    pts_seconds: the frame that shows it best; scores: whose score was what there, as
        {"live": 0.2, "candidate": 0.8} or {"text": 0.9, "paraphrase 2": 0.1}
    texts: of a paraphrase, the words that contradict each other; cut at 2000 characters, with a …
    frames: of a paraphrase, every frame on which they do, in order of time
    """

    disagreement_id: Sha256
    verdict_id: Sha256
    video_id: Id
    noted_at: Time
    kind: Literal["small_margin", "shadow", "paraphrase", "cross_engine", "review"]
    policy_id: str | None = None
    policy_version: int | None = None
    pts_seconds: Seconds | None = None
    scores: dict[str, Score] = {}
    texts: dict[str, str] = {}
    frames: tuple[ContradictedFrame, ...] = ()
    evidence_uri: str | None = None


DISAGREEMENTS = Topic(
    name="disagreements",
    record=Disagreement,
    key="video_id",
    partitions=4,
    retention_days=90,
    producers=("worker: moderate", "reviews agent"),
    consumers=("retrain: collect", "reelguard status"),
    description="Contradictions that reviews settle and training learns from.",
    examples=(
        {
            "disagreement_id": "0a" * 32,
            "verdict_id": "ab" * 32,
            "video_id": "v-20261125-0001",
            "noted_at": "2026-11-25T09:30:04Z",
            "kind": "small_margin",
            "policy_id": "weapons",
            "policy_version": 1,
            "pts_seconds": 5.0,
            "scores": {"live": 0.52, "threshold": 0.5},
            "evidence_uri": "s3://evidence/ef/efef.jpg",
        },
        {
            "disagreement_id": "0b" * 32,
            "verdict_id": "ab" * 32,
            "video_id": "v-20261125-0001",
            "noted_at": "2026-11-25T09:30:04Z",
            "kind": "paraphrase",
            "policy_id": "weapons",
            "policy_version": 1,
            "pts_seconds": 5.0,
            "scores": {"text": 0.97, "paraphrase 2": 0.08},
            "texts": {
                "text": "no guns except in the museum . anything else is allowed .",
                "paraphrase 2": "guns belong in the museum . anything else is allowed .",
            },
            "frames": [
                {"pts_seconds": 5.0, "scores": {"text": 0.97, "paraphrase 2": 0.08}},
                {"pts_seconds": 6.0, "scores": {"text": 0.91, "paraphrase 2": 0.11}},
            ],
            "evidence_uri": "s3://evidence/ef/efef.jpg",
        },
    ),
)

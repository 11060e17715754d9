"""`reviews`: what a person, or an appeal, says about a verdict."""

from typing import Literal

import msgspec

from .declare import Topic
from .fields import Id, Seconds, Sha256, Time


class Review(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reviewer's decision on one verdict, policy by policy where given."""

    review_id: Id
    video_id: Id
    verdict_id: Sha256
    reviewed_at: Time
    reviewer_id: Id
    action: Literal["allow", "label", "restrict", "remove"]
    policies: dict[str, Literal["violates", "ok"]] = {}
    start_seconds: Seconds | None = None
    end_seconds: Seconds | None = None
    appeal: bool = False
    why: str | None = None


REVIEWS = Topic(
    name="reviews",
    record=Review,
    key="video_id",
    partitions=4,
    retention_days=400,
    producers=("reelguard review", "appeals", "other review tools"),
    consumers=("reviews agent", "retrain: labels"),
    description="Human decisions on verdicts.",
    examples=(
        {
            "review_id": "r-1",
            "video_id": "v-20261125-0001",
            "verdict_id": "ab" * 32,
            "reviewed_at": "2026-11-25T10:00:00Z",
            "reviewer_id": "mira",
            "action": "restrict",
            "policies": {"weapons": "violates"},
            "why": "a toy, but aimed at a child",
        },
    ),
)

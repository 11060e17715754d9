"""`quota-counts`: how many decisions of an action each worker has taken today."""

from datetime import date
from typing import Literal

import msgspec

from .declare import Topic
from .fields import Count, Id


class QuotaCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One worker's count for one policy and action on one UTC day."""

    day: date
    policy_id: str
    action: Literal["label", "restrict", "remove"]
    worker_id: Id
    count: Count


QUOTA_COUNTS = Topic(
    name="quota-counts",
    record=QuotaCount,
    key="UTC-day/policy/action/worker",
    partitions=1,
    retention_days=None,
    compacted=True,
    producers=("worker: moderate",),
    consumers=("every worker",),
    description="The counts that daily quotas are held against.",
    examples=(
        {
            "day": "2026-11-25",
            "policy_id": "weapons",
            "action": "remove",
            "worker_id": "worker-0",
            "count": 17,
        },
    ),
)

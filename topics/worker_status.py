"""`worker-status`: each worker's heartbeat, every 5 s; a tombstone when it leaves."""

from typing import Literal

import msgspec

from .declare import Topic
from .fields import Count, Id, Sha256, Time

HEARTBEAT_SECONDS = 5.0


class Ignored(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record in the policy or engine log that does not count, and why."""

    topic: str
    offset: Count
    reason: str


class WorkerStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a worker is and does.

    state: starting (not consuming yet), ready, blind (a log reader is behind), stopping
    policies: id -> version in force here; in_flight: uploads being judged now
    problems: what works less well than it should, in words
    """

    worker_id: Id
    version: str
    started_at: Time
    beat_at: Time
    state: Literal["starting", "ready", "blind", "stopping"]
    host: str
    policy_set: Sha256 | None = None
    policies: dict[str, int] = {}
    engines: dict[str, str] = {}
    hashlists: dict[str, str] = {}
    in_flight: Count = 0
    judged: Count = 0
    failed: Count = 0
    ignored: tuple[Ignored, ...] = ()
    problems: tuple[str, ...] = ()


WORKER_STATUS = Topic(
    name="worker-status",
    record=WorkerStatus,
    key="worker_id",
    partitions=1,
    retention_days=None,
    compacted=True,
    producers=("every worker",),
    consumers=("reelguard status", "reelguard doctor"),
    description="Who is alive and on which versions; the newest heartbeat of each worker.",
    examples=(
        {
            "worker_id": "worker-0",
            "version": "0.1.0",
            "started_at": "2026-11-25T09:00:00Z",
            "beat_at": "2026-11-25T09:30:05Z",
            "state": "ready",
            "host": "worker-0.reelguard",
            "policy_set": "1f" * 32,
            "policies": {"weapons": 1},
            "engines": {"safeguard": "safeguard@1+0123456789ab"},
            "hashlists": {"terror": "7a" * 32},
            "in_flight": 2,
            "judged": 1041,
            "failed": 3,
            "ignored": [{"topic": "policies", "offset": 12, "reason": "version 5 after 3"}],
            "problems": ["media: NO SECCOMP (EINVAL: prctl(22)), no Landlock"],
        },
    ),
)

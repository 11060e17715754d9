"""`dead-letters`: records that failed, byte for byte, with where they stood and why they failed."""

from typing import Annotated

import msgspec
from msgspec import Meta

from .declare import Topic
from .fields import Count, Sha256, Time


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One failed record. At least once: `dead_letter_id` tells duplicates.

    key, value: the original bytes, base64 on the wire
    class: the class of the failure, as in `errors.py`; attempts: how often it was tried
    """

    dead_letter_id: Sha256
    topic: str
    partition: Count
    offset: Count
    timestamp_ms: int
    key: bytes | None = None
    value: bytes | None = None
    headers: dict[str, str] = {}
    failed_at: Time
    failure_class: str = msgspec.field(name="class")
    reason: str
    message: Annotated[str, Meta(max_length=2000)]
    retryable: bool
    attempts: Annotated[int, Meta(ge=1)] = 1
    redrives: Count = 0
    worker_id: str
    worker_version: str
    engines: dict[str, str] = {}


DEAD_LETTERS = Topic(
    name="dead-letters",
    record=DeadLetter,
    key="key of the original",
    partitions=4,
    retention_days=30,
    producers=("whatever fails",),
    consumers=("reelguard deadletter",),
    description="Failed records, kept byte for byte so that they can be sent again.",
    max_message_bytes=2_097_152,  # a 1 MiB record grows by a third in base64
    examples=(
        {
            "dead_letter_id": "56" * 32,
            "topic": "uploads",
            "partition": 3,
            "offset": 43,
            "timestamp_ms": 1795599000000,
            "key": "djEtMQ==",
            "value": "bm90IGpzb24=",
            "failed_at": "2026-11-25T09:30:00Z",
            "class": "record",
            "reason": "record",
            "message": "uploads[3]@43: JSON is malformed: invalid character (byte 1)",
            "retryable": False,
            "worker_id": "worker-0",
            "worker_version": "0.1.0",
        },
    ),
)

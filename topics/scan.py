"""Read a topic from its oldest record to what stands there now, without a consumer group.

For commands that look and go: nothing is committed, nobody's position moves.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from .errors import BrokerFault

REQUEST_SECONDS = 15
POLL_MS = 200


@dataclass(frozen=True)
class Found:
    """One record as it stands on the topic."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


def scan(bootstrap: str, topic: str) -> Iterator[Found]:
    """Every record that stands on `topic` now, partition by partition in order of offset.

    raises: BrokerFault when the broker is away or the topic is missing
    """
    with _consumer(bootstrap, topic) as (consumer, partitions):
        ends: dict[Any, int] = consumer.end_offsets(partitions)
        while any(consumer.position(p) < ends[p] for p in partitions):
            for records in consumer.poll(timeout_ms=POLL_MS).values():
                yield from (_found(r) for r in records)


def tail(bootstrap: str, topic: str, *, seconds: float | None = None) -> Iterator[Found]:
    """Every record that arrives from now on, until `seconds` have passed or for ever.

    raises: BrokerFault
    """
    until = float("inf") if seconds is None else time.monotonic() + seconds
    with _consumer(bootstrap, topic) as (consumer, partitions):
        consumer.seek_to_end(*partitions)
        for partition in partitions:
            consumer.position(partition)  # resolves the end now, not at the first poll
        while time.monotonic() < until:
            for records in consumer.poll(timeout_ms=POLL_MS).values():
                yield from (_found(r) for r in records)


@contextmanager
def _consumer(bootstrap: str, topic: str) -> Iterator[tuple[Any, list[Any]]]:
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=REQUEST_SECONDS * 1000,
            bootstrap_timeout_ms=5000,
        )
    except KafkaError as error:
        raise BrokerFault(unreachable(bootstrap, error)) from error
    try:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise BrokerFault(f"{bootstrap} has no topic {topic!r}; `reelguard topic create`")
        partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        yield consumer, partitions
    except KafkaError as error:
        raise BrokerFault(unreachable(bootstrap, error)) from error
    finally:
        consumer.close()


def unreachable(bootstrap: str, error: Exception) -> str:
    """What to say, and what to do, when a broker does not answer."""
    return (
        f"no Kafka answered at {bootstrap} ({type(error).__name__}); set REELGUARD_KAFKA or "
        f"--bootstrap, or start one with `reelguard kafka`"
    )


def _found(record: Any) -> Found:
    return Found(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=record.key,
        value=record.value,
    )

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

CONNECT_SECONDS = 5
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
        heard = time.monotonic()
        while any(consumer.position(p) < ends[p] for p in partitions):
            batches = consumer.poll(timeout_ms=POLL_MS)
            for records in batches.values():
                yield from (_found(r) for r in records)
            if batches:
                heard = time.monotonic()
            if time.monotonic() - heard > REQUEST_SECONDS:  # kafka-python would ask for ever
                raise BrokerFault(f"reading {topic} at {bootstrap}: the broker fell silent")


@dataclass(frozen=True)
class Listener:
    """Hears every record that arrived since it was made."""

    consumer: Any

    def poll(self) -> list[Found]:
        """What has arrived since the last call; waits for at most POLL_MS. raises: BrokerFault."""
        try:
            batches = self.consumer.poll(timeout_ms=POLL_MS)
        except KafkaError as error:
            raise BrokerFault(f"reading: {error}") from error
        return [_found(record) for records in batches.values() for record in records]


@contextmanager
def listening(bootstrap: str, topic: str) -> Iterator[Listener]:
    """A Listener whose start is now, so that what is sent inside cannot be missed.

    raises: BrokerFault
    """
    with _consumer(bootstrap, topic) as (consumer, partitions):
        consumer.seek_to_end(*partitions)
        for partition in partitions:
            consumer.position(partition)  # resolves the end now, not at the first poll
        yield Listener(consumer)


@contextmanager
def _consumer(bootstrap: str, topic: str) -> Iterator[tuple[Any, list[Any]]]:
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=REQUEST_SECONDS * 1000,
            bootstrap_timeout_ms=CONNECT_SECONDS * 1000,
        )
    except (KafkaError, OSError, ValueError) as error:
        raise BrokerFault(unreachable(bootstrap)) from error
    try:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise BrokerFault(f"{bootstrap} has no topic {topic!r}; `reelguard topic create`")
        partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        yield consumer, partitions
    except KafkaError as error:
        raise BrokerFault(f"reading {topic} at {bootstrap}: {error}") from error
    finally:
        consumer.close()


def unreachable(bootstrap: str) -> str:
    """What to say, and what to do, when a broker does not answer."""
    return (
        f"no Kafka broker answered at {bootstrap!r} within {CONNECT_SECONDS} s: "
        "start it (`reelguard kafka`), or name yours in REELGUARD_KAFKA"
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

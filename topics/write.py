"""Write records from a command or a script; each is on the broker when `send` returns.

The worker has its own asynchronous producer (workers/producer.py).
"""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError

from . import codec
from .declare import Topic
from .errors import BrokerFault
from .scan import CONNECT_SECONDS, unreachable

WRITE_SECONDS = 15


@dataclass(frozen=True)
class Written:
    """Where a record stands now."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True)
class Writer:
    """An idempotent producer with the records' CloudEvents source."""

    producer: Any
    prefix: str
    source: str

    def send(self, topic: Topic, key: str, record: msgspec.Struct, *, id: str) -> Written:
        """Write one record under its key.

        raises: BrokerFault when the broker has not confirmed it in time
        """
        name = topic.prefixed(self.prefix)
        headers = codec.headers(
            topic, id=id, source=self.source, subject=key, time=datetime.now(UTC)
        )
        return self.send_bytes(name, key.encode(), codec.encode(record), headers)

    def send_bytes(
        self, name: str, key: bytes | None, value: bytes | None, headers: codec.Headers
    ) -> Written:
        """Write bytes as they are to the topic called `name`."""
        try:
            future = self.producer.send(name, key=key, value=value, headers=headers)
            done = future.get(timeout=WRITE_SECONDS)
        except KafkaError as error:
            raise BrokerFault(f"{name}: not written: {error!r}") from error
        return Written(name, done.partition, done.offset)


@contextmanager
def writer(bootstrap: str, *, prefix: str = "", source: str = "reelguard") -> Iterator[Writer]:
    """A Writer; closed on leaving.

    raises: BrokerFault when no broker answers
    """
    try:
        producer = KafkaProducer(
            bootstrap_servers=bootstrap.split(","),
            acks="all",
            max_block_ms=WRITE_SECONDS * 1000,
            bootstrap_timeout_ms=CONNECT_SECONDS * 1000,
        )
    except (KafkaError, OSError, ValueError) as error:
        raise BrokerFault(unreachable(bootstrap)) from error
    try:
        yield Writer(producer, prefix, f"{source}/{platform.node()}")
    finally:
        producer.close(timeout=5)

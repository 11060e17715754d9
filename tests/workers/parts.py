"""Small stand-ins for what a worker's modules are given: a producer, an event, a snapshot."""

from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from faust.types import EventT

from policies import fold
from policies.fold import Snapshot
from tests.policies.cases import record
from topics import codec
from topics.declare import Topic
from topics.policies import Policy
from workers.producer import Producer


@dataclass
class Recorder:
    """A producer that keeps what was written, in order, as (topic, key, record)."""

    written: list[tuple[str, str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    error: Exception | None = None

    async def send(self, topic: Topic, key: str, record: msgspec.Struct, *, id: str) -> None:
        """Keep one record, or fail as told."""
        if self.error is not None:
            raise self.error
        codec.encode(record)
        self.written.append((topic.name, key, record))
        self.ids.append(id)

    async def remove(self, topic: Topic, key: str) -> None:
        """Keep a tombstone."""
        self.written.append((topic.name, key, None))

    @property
    def topics(self) -> list[str]:
        """Where the records went, in order."""
        return [topic for topic, _, _ in self.written]

    def as_producer(self) -> Producer:
        """For those who ask for the real one."""
        return cast(Producer, self)


@dataclass
class Message:
    """A Kafka message as Faust hands it over."""

    value: bytes | None
    key: bytes | None = b"v-1"
    topic: str = "test-uploads"
    partition: int = 3
    offset: int = 42
    timestamp: float = 1_795_599_000.0
    headers: Any = None


@dataclass
class Event:
    """A Faust event that knows whether it was acknowledged."""

    message: Message
    acked: bool = False

    @property
    def value(self) -> bytes | None:
        """The message's bytes."""
        return self.message.value

    def ack(self) -> bool:
        """Acknowledge."""
        self.acked = True
        return True

    def as_event(self) -> EventT[bytes]:
        """For those who ask for the real one."""
        return cast(EventT[bytes], self)


def snapshot(*policies: Policy) -> Snapshot:
    """What is in force after these versions were published."""
    state = fold.empty()
    for offset, policy in enumerate(policies):
        value = codec.encode(record(policy))
        state = fold.apply(state, offset, value, key=policy.id.encode())
    assert not state.ignored, state.ignored
    return state.snapshot

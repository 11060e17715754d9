"""Read a topic record by record as one member of a consumer group; commit what its user has done.

Knows nothing of verdicts: `consume.py` gives the records their meaning. At least once. Whenever
partitions become ours, at the start or from another member, reading begins `look_back` records
before the committed offset: those are marked `handled`, for its user to remember, not to act upon.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import CommitFailedError, KafkaError, RebalanceInProgressError, RetriableError
from kafka.structs import OffsetAndMetadata

from .errors import BrokerFault
from .reading import Reading

CONNECT_SECONDS = 10
JOIN_SECONDS = 90  # a member that died is missed after its session's 45 s; twice that
POLL_SECONDS = 0.5
METADATA_SECONDS = 30  # how soon a topic that is created later is noticed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Record:
    """One record; handled: the group had committed it before this member got the partition."""

    partition: TopicPartition
    offset: int
    value: bytes | None
    handled: bool

    @property
    def where(self) -> str:
        """Its place, as `verdicts[3]@42`."""
        return f"{self.partition.topic}[{self.partition.partition}]@{self.offset}"


class _Ours(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Notes which partitions have just become ours; on Kafka's own thread, so it does no more."""

    def __init__(self) -> None:
        self.new: set[TopicPartition] = set()
        self.joined = False

    def on_partitions_assigned(self, assigned: Any) -> None:
        self.new |= set(assigned)
        self.joined = True

    def on_partitions_revoked(self, revoked: Any) -> None:
        self.new -= set(revoked)


class GroupReader:
    """One member of a consumer group, for one thread."""

    def __init__(self, reading: Reading) -> None:
        """Connect. raises: BrokerFault when no broker answers"""
        self._reading = reading
        self._ours = _Ours()
        self._starts: dict[TopicPartition, int] = {}  # the first offset that is not handled yet
        self._done: dict[TopicPartition, int] = {}  # to be committed
        self._quiet_since = time.monotonic()
        self._consumer = _connect(reading)
        self._consumer.subscribe([reading.topic_name], listener=self._ours)

    def records(self) -> Iterator[Record]:
        """Records as they come, until none has come for `timeout_seconds`."""
        if self._consumer.partitions_for_topic(self._reading.topic_name) is None:
            log.warning("topic %s does not exist yet: waiting", self._reading.topic_name)
        while not self._has_been_quiet():
            try:
                record = self._next()
            except KafkaError as error:
                raise BrokerFault(f"reading {self._reading.topic_name} failed: {error}") from error
            if record is not None:
                yield record
                self._quiet_since = time.monotonic()

    def done(self, record: Record) -> None:
        """Its user needs this record no more; the next commit says so."""
        if not record.handled:
            self._done[record.partition] = record.offset + 1

    def commit(self) -> None:
        """Tell the group what is done. Where the group has moved on, the records come again."""
        if not self._done:
            return
        offsets = {place: OffsetAndMetadata(at, "", -1) for place, at in self._done.items()}
        self._done = {}
        try:
            self._consumer.commit(offsets)
        except (CommitFailedError, RebalanceInProgressError, RetriableError) as error:
            log.warning("not committed, may be delivered again: %s (%s)", offsets, error)
        except KafkaError as error:
            raise BrokerFault(f"committing to {self._reading.group_id} failed: {error}") from error

    def close(self) -> None:
        """Leave the group, so that others take over at once; what is done was committed."""
        self._consumer.close(autocommit=False)

    def _next(self) -> Record | None:
        """The next record, or None when for a moment there is none."""
        found = self._consumer.poll(timeout_ms=int(POLL_SECONDS * 1000), max_records=1)
        if not found:
            self.commit()
        for partition, (record,) in found.items():
            if not self._ours.new:
                handled = record.offset < self._starts[partition]
                return Record(partition, record.offset, record.value, handled)
            self._seek(partition, record.offset)  # read again, after what lies before it
        if self._ours.new:
            self._take_over()
        return None

    def _take_over(self) -> None:
        """Go to where the group stands in the new partitions, less what is read again."""
        new = sorted(self._ours.new)
        try:
            first = self._consumer.beginning_offsets(new)
            starts = {place: max(self._standing(place), first[place]) for place in new}
        except RetriableError as error:
            log.warning("where the group stands is asked again: %s", error)
            return
        self._ours.new -= set(new)
        self._starts |= starts
        self._done = {} if self._reading.from_beginning else dict(starts)
        self.commit()
        for place, start in starts.items():
            self._seek(place, max(start - self._reading.look_back, first[place]))
        self._quiet_since = time.monotonic()

    def _standing(self, partition: TopicPartition) -> int:
        """The first offset that the group has not handled; for a new group, where it starts."""
        committed: int | None = self._consumer.committed(partition)
        if committed is not None:
            return committed
        if self._reading.from_beginning:
            return 0
        end: int = self._consumer.end_offsets([partition])[partition]
        return end

    def _seek(self, partition: TopicPartition, offset: int) -> None:
        if partition in self._consumer.assignment():  # it may just have been lost again
            self._consumer.seek(partition, offset)

    def _has_been_quiet(self) -> bool:
        if self._reading.timeout_seconds is None:
            return False
        quiet = time.monotonic() - self._quiet_since
        if not self._ours.joined and quiet > JOIN_SECONDS:
            raise BrokerFault(f"group {self._reading.group_id} not joined in {JOIN_SECONDS} s")
        return self._ours.joined and quiet >= self._reading.timeout_seconds


def _connect(reading: Reading) -> Any:
    settings = {
        "group_id": reading.group_id,
        "client_id": "reelguard-client",
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",  # rather again than never; `_take_over` does the rest
        "allow_auto_create_topics": False,
        "metadata_max_age_ms": METADATA_SECONDS * 1000,
        "bootstrap_timeout_ms": CONNECT_SECONDS * 1000,
    }
    servers = [server.strip() for server in reading.bootstrap_servers.split(",")]
    try:
        return KafkaConsumer(bootstrap_servers=servers, **(settings | dict(reading.kafka)))
    except (KafkaError, OSError, ValueError) as error:
        raise BrokerFault(
            f"cannot connect to Kafka at {reading.bootstrap_servers!r}: {error}"
        ) from error

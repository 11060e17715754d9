"""Each way an upload can fail leads to its answer, and to an acknowledgement only after it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest

from tests.policies.cases import UPLOAD
from tests.workers.parts import Event, Message, Recorder
from topics import codec
from topics.dead_letters import DeadLetter
from topics.errors import (
    BrokerFault,
    EngineFault,
    RecordError,
    ReelguardError,
    ServerFailure,
    StoreFault,
    Unreadable,
)
from topics.identity import dead_letter_id, verdict_id
from topics.verdicts import Verdict, Versions
from workers.publish import Publisher
from workers.settled import HEADER_MAX, HEADERS_MAX, MESSAGE_MAX, Case, Settling
from workers.store import Store
from workers.tally import Tally

VERSIONS = Versions(
    worker="0.1.0", engines={"safeguard": "null@0"}, policy_set="1f" * 32, sampling="1s/240"
)


@dataclass
class Worker:
    """A worker around one event: what it wrote, whether it crashed."""

    event: Event
    producer: Recorder = field(default_factory=Recorder)
    tally: Tally = field(default_factory=Tally)
    crashes: list[BaseException] = field(default_factory=list)

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[Case]:
        """Judge inside."""
        settling = Settling(
            publisher=Publisher(self.producer.as_producer(), Store("memory://s"), self.tally),
            worker_id="worker-0",
            prefix="test-",
            job_seconds=60.0,
            tally=self.tally,
            ready=self._ready,
            versions=lambda: VERSIONS,
            crash=self._crash,
        )
        async with settling(self.event.as_event()) as case:
            yield case

    async def fail(self, error: BaseException) -> None:
        """Judging raises."""
        async with self.settled():
            raise error

    async def _ready(self) -> None:
        """At once."""

    async def _crash(self, error: BaseException) -> None:
        self.crashes.append(error)

    @property
    def verdict(self) -> Verdict:
        """The one verdict."""
        return cast(
            Verdict, next(r for topic, _, r in self.producer.written if topic == "verdicts")
        )

    @property
    def letter(self) -> DeadLetter:
        """The one dead letter."""
        return cast(DeadLetter, self.producer.written[-1][2])


def upload(**fields: object) -> Worker:
    return Worker(Event(Message(codec.encode(UPLOAD), **fields)))  # type: ignore[arg-type]


async def test_what_was_judged_is_acknowledged_and_nothing_else() -> None:
    worker = upload()

    async with worker.settled() as case:
        assert worker.tally.in_flight == 1 and not worker.event.acked

    assert worker.event.acked and worker.producer.written == []
    assert case.where == "uploads[3]@42"
    assert case.occasion.name == "upload:uploads/3/42"
    assert case.occasion.sequence == 1_795_599_000_000
    assert 59 < case.seconds_left() <= 60


async def test_a_failure_of_the_content_is_a_verdict_then_a_letter_then_an_ack() -> None:
    worker = upload()

    await worker.fail(Unreadable("no stream could be opened"))

    assert worker.producer.topics == ["verdicts", "dead-letters"]
    assert (worker.verdict.action, worker.verdict.reasons) == ("error", ("unreadable",))
    assert worker.verdict.verdict_id == verdict_id("v-1", "upload:uploads/3/42")
    assert worker.event.acked and not worker.crashes


async def test_a_transient_failure_is_answered_and_may_be_tried_again() -> None:
    worker = upload()

    await worker.fail(ServerFailure("503"))

    assert worker.verdict.error is not None and worker.verdict.error.retryable
    assert worker.letter.retryable and worker.letter.failure_class == "transient"
    assert worker.event.acked


async def test_bytes_that_are_no_upload_are_a_letter_alone() -> None:
    worker = Worker(Event(Message(b"\xff no json", key=b"k", headers={"h": b"\xffx"})))

    await worker.fail(RecordError("uploads[3]@42: JSON is malformed"))

    assert worker.producer.topics == ["dead-letters"]
    assert (worker.letter.key, worker.letter.value) == (b"k", b"\xff no json")
    assert worker.letter.dead_letter_id == dead_letter_id("uploads", 3, 42)
    assert worker.letter.headers == {"h": "\ufffdx"}
    assert worker.event.acked


async def test_a_tombstone_is_a_letter_alone() -> None:
    worker = Worker(Event(Message(None, key=None)))

    await worker.fail(RecordError("got a tombstone"))

    assert worker.producer.topics == ["dead-letters"]
    assert (worker.letter.key, worker.letter.value) == (None, None)


@pytest.mark.parametrize("fault", [BrokerFault("away"), StoreFault("full"), EngineFault("gone")])
async def test_a_fault_stops_the_worker_and_leaves_the_upload(fault: ReelguardError) -> None:
    worker = upload()

    await worker.fail(fault)

    assert worker.crashes == [fault]
    assert worker.producer.written == []
    assert not worker.event.acked


async def test_a_bug_is_answered_as_unexpected() -> None:
    worker = upload()

    await worker.fail(KeyError("frames"))

    assert worker.verdict.reasons == ("unexpected",)
    assert worker.letter.message == "KeyError: 'frames'"
    assert worker.event.acked


@pytest.mark.parametrize("end", [asyncio.CancelledError, KeyboardInterrupt, SystemExit])
async def test_what_ends_the_worker_acknowledges_nothing(end: type[BaseException]) -> None:
    worker = upload()

    with pytest.raises(end):
        await worker.fail(end())

    assert not worker.event.acked and worker.producer.written == []
    assert worker.tally.in_flight == 0


async def test_an_answer_that_its_topic_does_not_take_stops_the_worker() -> None:
    worker = upload()
    worker.producer.error = RecordError("dead-letters: a record of 9 bytes")

    await worker.fail(Unreadable("no stream"))

    assert worker.crashes == [worker.producer.error]
    assert not worker.event.acked


@pytest.mark.parametrize(
    ("timestamp", "sequence"),
    [
        (-0.001, 0),
        (0.0, 0),
        (1_795_599_000.003, 1_795_599_000_003),
        (2e9 + 0.999, 2_000_000_000_999),
    ],
)
async def test_a_verdicts_place_is_its_records_timestamp(timestamp: float, sequence: int) -> None:
    async with upload(timestamp=timestamp).settled() as case:
        assert case.occasion.sequence == sequence
        assert case.occasion.queued_seconds >= 0


async def test_a_letter_fits_its_topic_whatever_came() -> None:
    many = [(f"h{n}" * 400, b"\xff" * 9000) for n in range(500)]
    worker = Worker(Event(Message(b"\x00" * 1_000_000, key=b"\xff" * 9000, headers=many)))

    await worker.fail(RecordError("m" * 9000))

    assert len(worker.letter.message) == MESSAGE_MAX
    assert len(worker.letter.headers) == HEADERS_MAX
    assert {len(text) for text in worker.letter.headers.values()} == {HEADER_MAX}
    assert len(codec.encode(worker.letter)) < 2_000_000
    assert len(worker.producer.written[0][1]) == 256


async def test_failures_are_counted() -> None:
    worker = upload()

    await worker.fail(Unreadable("no stream"))

    assert (worker.tally.failed, worker.tally.in_flight) == (1, 0)

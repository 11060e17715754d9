"""A heartbeat says what a worker is and does; leaving takes it off the list."""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from policies.fold import Snapshot
from tests.policies.cases import policy
from tests.workers.parts import Recorder, snapshot
from topics.worker_status import Ignored, WorkerStatus
from workers.heartbeat import Heartbeat
from workers.in_force import InForce
from workers.tally import Tally


@dataclass
class Gate:
    """What is in force, by hand."""

    open: bool = False
    held: Snapshot = field(default_factory=lambda: snapshot(policy("weapons", version=1)))

    def snapshot(self) -> Snapshot:
        return self.held

    def ignored(self) -> tuple[Ignored, ...]:
        return (Ignored(topic="policies", offset=4, reason="version 5 after 3"),)


def heart(gate: Gate, producer: Recorder, *, stopping: bool = False) -> Heartbeat:
    return Heartbeat(
        producer=producer.as_producer(),
        worker_id="worker-0",
        in_force=cast(InForce, gate),
        tally=Tally(in_flight=2, judged=10, failed=3),
        builds=lambda: {"safeguard": "null@0"},
        stopping=lambda: stopping,
        hashlists=lambda: {"terror": "7a" * 32},
        problems=lambda: ("media: NO SECCOMP",),
    )


async def test_a_beat_says_who_on_which_versions_and_how_much() -> None:
    producer = Recorder()

    await heart(Gate(open=True), producer).beat()

    [(topic, key, beat)] = producer.written
    assert isinstance(beat, WorkerStatus)
    assert (topic, key, beat.state) == ("worker-status", "worker-0", "ready")
    assert (beat.policies, beat.engines) == ({"weapons": 1}, {"safeguard": "null@0"})
    assert (beat.in_flight, beat.judged, beat.failed) == (2, 10, 3)
    assert beat.ignored[0].reason == "version 5 after 3"
    assert (beat.problems, beat.hashlists) == (("media: NO SECCOMP",), {"terror": "7a" * 32})


def test_a_worker_starts_gets_ready_goes_blind_and_sees_again() -> None:
    gate = Gate()
    beating = heart(gate, Recorder())
    states = []
    for gate.open in (False, True, False, True):
        states.append(beating.status().state)

    assert states == ["starting", "ready", "blind", "ready"]


def test_a_worker_that_takes_no_more_uploads_is_stopping_whatever_is_in_force() -> None:
    assert heart(Gate(open=True), Recorder(), stopping=True).status().state == "stopping"


async def test_leaving_is_a_tombstone() -> None:
    producer = Recorder()
    beating = heart(Gate(), producer)
    await beating.beat()

    await beating.leave()

    assert producer.written[-1] == ("worker-status", "worker-0", None)


async def test_a_beat_that_was_due_while_leaving_does_not_put_it_back() -> None:
    producer = Recorder()
    beating = heart(Gate(), producer)
    await beating.beat()
    await beating.leave()

    await beating.beat()

    assert [record is None for _, _, record in producer.written] == [False, True]


async def test_who_was_never_on_the_list_leaves_without_a_word() -> None:
    producer = Recorder()

    await heart(Gate(), producer).leave()

    assert producer.written == []


async def test_it_beats_until_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.heartbeat.HEARTBEAT_SECONDS", 0.01)
    producer = Recorder()
    beating = asyncio.create_task(heart(Gate(), producer).run())

    async with asyncio.timeout(5):
        while len(producer.written) < 3:
            await asyncio.sleep(0.005)
    beating.cancel()

    with pytest.raises(asyncio.CancelledError):
        await beating

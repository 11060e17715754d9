"""A follower hands over every record in order, and never passes for current when it is not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from kafka import KafkaAdminClient

from topics.write import Writer, writer
from workers import follow
from workers.follow import Follower

SECONDS = 15.0
Record = tuple[int, bytes | None, bytes | None]


@pytest.fixture
def admin(kafka: str) -> Iterator[KafkaAdminClient]:
    with KafkaAdminClient(bootstrap_servers=kafka) as client:
        yield client


@pytest.fixture
def out(kafka: str) -> Iterator[Writer]:
    with writer(kafka) as writing:
        yield writing


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blind after a second instead of thirty."""
    monkeypatch.setattr(follow, "BLIND_SECONDS", 1.0)
    monkeypatch.setattr(follow, "LOOK_SECONDS", 0.2)


def create(admin: KafkaAdminClient, topic: str) -> None:
    once = {"num_partitions": 1, "replication_factor": 1}
    admin.create_topics({topic: once}, wait_for_metadata=True)


@asynccontextmanager
async def following(kafka: str, topic: str) -> AsyncIterator[tuple[Follower, list[Record]]]:
    """A running follower and what it has handed over so far."""
    records: list[Record] = []
    follower = Follower(kafka, topic, lambda *record: records.append(record))
    running = asyncio.create_task(follower.run())
    try:
        yield follower, records
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not true():
            await asyncio.sleep(0.02)


async def test_every_record_comes_in_order_and_new_ones_follow(
    kafka: str, prefix: str, admin: KafkaAdminClient, out: Writer
) -> None:
    topic = f"{prefix}log"
    create(admin, topic)
    for number in range(3):
        await asyncio.to_thread(out.send_bytes, topic, b"k", b"%d" % number, [])

    async with following(kafka, topic) as (follower, records):
        await until(lambda: follower.current)
        assert records == [(0, b"k", b"0"), (1, b"k", b"1"), (2, b"k", b"2")]
        await asyncio.to_thread(out.send_bytes, topic, b"k", None, [])
        await until(lambda: len(records) == 4)

    assert records[3] == (3, b"k", None)


async def test_a_log_that_is_not_there_yet_is_waited_for(
    kafka: str, prefix: str, admin: KafkaAdminClient, out: Writer
) -> None:
    topic = f"{prefix}log"

    async with following(kafka, topic) as (follower, records):
        await asyncio.sleep(0.5)
        assert not follower.current
        await asyncio.to_thread(create, admin, topic)
        await asyncio.to_thread(out.send_bytes, topic, b"k", b"v", [])
        await until(lambda: records and follower.current)


async def test_a_follower_that_hears_no_broker_is_not_current() -> None:
    async with following("127.0.0.1:1", "log") as (follower, records):
        await asyncio.sleep(0.3)
        assert not follower.current and records == []


async def test_a_log_that_was_made_anew_blinds_who_had_read_the_old_one(
    kafka: str, prefix: str, admin: KafkaAdminClient, out: Writer, quick: None
) -> None:
    topic = f"{prefix}log"
    create(admin, topic)
    for _ in range(3):
        await asyncio.to_thread(out.send_bytes, topic, b"k", b"old", [])

    async with following(kafka, topic) as (follower, records):
        await until(lambda: len(records) == 3 and follower.current)
        await asyncio.to_thread(admin.delete_topics, [topic])
        await until(lambda: not follower.current)
        await asyncio.to_thread(create, admin, topic)
        await asyncio.to_thread(out.send_bytes, topic, b"k", b"new", [])
        await asyncio.sleep(2.0)

        assert not follower.current
    assert len(records) == 3

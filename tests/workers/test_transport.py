"""Faust's consumer, as this worker's transport makes it."""

import asyncio

import pytest
from faust.types import TP

from workers.app import build
from workers.settings import Settings
from workers.transport import PromptConsumer, PromptTransport

FULL = TP("uploads", 0)


@pytest.fixture
async def consumer() -> PromptConsumer:
    made = build(Settings(web_port=0)).consumer
    assert isinstance(made, PromptConsumer)
    return made


async def test_a_fetch_waits_a_tenth_of_a_second(consumer: PromptConsumer) -> None:
    assert isinstance(consumer.transport, PromptTransport)
    made = consumer._new_consumer_thread()._create_worker_consumer(consumer.transport)
    assert made._fetch_max_wait_ms == 100


async def test_when_all_partitions_wait_for_room_it_looks_again_at_once(
    consumer: PromptConsumer,
) -> None:
    consumer._active_partitions, consumer._buffered_partitions = set(), {FULL}
    consumer.flow_active = True
    async with asyncio.timeout(0.5):  # Faust sleeps 1 s
        assert await consumer._wait_next_records(1.0) == ({}, set())

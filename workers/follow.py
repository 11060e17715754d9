"""Read a log topic from its first record on, without a consumer group, and keep reading.

One reader per worker sees every record within moments, whatever the group's rebalances do; Faust's
own GlobalTable waits behind the slowest job. The reader is `current` when it has caught up and the
broker has answered within the last 30 s; before that, and again after, nobody may rely on it.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

BLIND_SECONDS = 30.0
LOOK_SECONDS = 5.0  # how often the log's end is asked for, which proves that the broker answers
POLL_MS = 500

log = logging.getLogger(__name__)

Apply = Callable[[int, bytes | None, bytes | None], None]


class Follower:
    """Follows one single-partition log and hands each record to `apply(offset, key, value)`."""

    def __init__(self, bootstrap: str, topic: str, apply: Apply) -> None:
        """topic: the full name on the broker; apply: must not raise."""
        self.topic = topic
        self._bootstrap, self._apply = bootstrap, apply
        self._partition = TopicPartition(topic, 0)
        self._next = 0  # the offset to read from after a reconnect
        self._caught_up_at = float("-inf")

    @property
    def current(self) -> bool:
        """Whether every record that stood in the log within the last 30 s has been applied."""
        return time.monotonic() - self._caught_up_at < BLIND_SECONDS

    async def run(self) -> None:
        """Follow until cancelled; a lost broker is waited for."""
        while True:
            try:
                await self._follow()
            except (KafkaError, OSError) as error:
                log.warning("%s: reader lost, again in 1 s: %r", self.topic, error)
                await asyncio.sleep(1)

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="none",  # a log that was cut or made anew must not pass as read
        )
        await consumer.start()
        try:
            while self.topic not in await consumer.topics():
                log.warning("%s: no such topic yet, looking again in 1 s", self.topic)
                await asyncio.sleep(1)
            consumer.assign([self._partition])
            consumer.seek(self._partition, self._next)
            await self._read(consumer)
        finally:
            await consumer.stop()

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        end, looked_at = 0, float("-inf")
        while True:
            if time.monotonic() - looked_at > LOOK_SECONDS:
                asked_at = time.monotonic()
                end = (await consumer.end_offsets([self._partition]))[self._partition]
                looked_at = asked_at
            for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                for record in records:
                    self._apply(record.offset, record.key, record.value)
                    self._next = record.offset + 1
            if await consumer.position(self._partition) >= end:
                self._caught_up_at = looked_at

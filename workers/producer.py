"""Write records so that they are on the broker when `send` returns: idempotent, acks from all.

Faust's own producer neither is idempotent nor reports a failed send to whoever awaits it once;
nothing is acknowledged here before the broker's own word.
"""

import asyncio
import logging
from datetime import UTC, datetime

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from topics import codec
from topics.declare import Topic
from topics.errors import BrokerFault, RecordError

BACK_OFF_SECONDS = 1.0
REQUEST_BYTES_MAX = 4 << 20  # a dead letter of a 1 MiB record is larger than the record

log = logging.getLogger(__name__)


class Producer:
    """One per worker; `send` waits out a broker that is away."""

    def __init__(self, bootstrap: str, prefix: str, source: str) -> None:
        """source: the CloudEvents source of the records, as `reelguard/worker-0`."""
        self._bootstrap, self._prefix, self._source = bootstrap, prefix, source
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect. raises: BrokerFault when no broker answers."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            enable_idempotence=True,
            acks="all",
            compression_type="gzip",
            max_request_size=REQUEST_BYTES_MAX,
        )
        try:
            await producer.start()
        except KafkaError as error:
            await producer.stop()
            raise BrokerFault(f"no Kafka broker answered at {self._bootstrap!r}") from error
        self._producer = producer

    async def stop(self) -> None:
        """Flush and close, if started."""
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None

    async def send(self, topic: Topic, key: str, record: msgspec.Struct, *, id: str) -> None:
        """Write one record; returns when the broker has it, however long that takes.

        raises: RecordError when the record is too large for the topic
        """
        value = codec.encode(record)
        headers = codec.headers(
            topic, id=id, source=self._source, subject=key, time=datetime.now(UTC)
        )
        await self._until_written(topic, key, value, headers)

    async def remove(self, topic: Topic, key: str) -> None:
        """Write a tombstone: the key's record goes away at the next compaction."""
        await self._until_written(topic, key, None, [])

    async def _until_written(
        self, topic: Topic, key: str, value: bytes | None, headers: codec.Headers
    ) -> None:
        name, producer = topic.prefixed(self._prefix), self._producer
        assert producer is not None, "send before start"
        while True:
            try:
                await producer.send_and_wait(name, value=value, key=key.encode(), headers=headers)
                return
            except MessageSizeTooLargeError as error:
                raise RecordError(f"{name}: a record of {len(value or b'')} bytes") from error
            except KafkaError as error:
                log.warning("%s: not written, again in %.0f s: %r", name, BACK_OFF_SECONDS, error)
                await asyncio.sleep(BACK_OFF_SECONDS)

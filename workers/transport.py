"""Faust's Kafka transport, except that it does not keep a free slot waiting for uploads at hand.

Three waits of Faust 0.15.3 are long for a stream that buffers only a few uploads. A partition that
filled the buffer is not read again before the buffer is empty, which is when a slot is free; then
1) where all partitions have filled it, Faust sleeps 1 s before it looks again;
2) where some have, it waits up to 1 s for records of the others (both `_wait_next_records`);
3) a fetch that finds nothing is answered after 1.5 s, and until then no other is sent to that
   broker, not for a partition whose last record was just taken either (`fetch_max_wait_ms`).
"""

import aiokafka
from faust.transport.consumer import RecordMap
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

LOOK_SECONDS = 0.05  # while a partition waits for room in the buffer
FETCH_WAIT_MS = 100  # ten empty fetches a second and broker cost an idle worker nothing


class PromptThread(driver.AIOKafkaConsumerThread):
    """Makes the consumer, before it is started."""

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # read when it starts
        return consumer


class PromptConsumer(driver.Consumer):
    """A consumer that looks again soon while partitions wait for room in the buffer."""

    def _new_consumer_thread(self) -> PromptThread:
        return PromptThread(self, loop=self.loop, beacon=self.beacon)

    async def _wait_next_records(self, timeout: float) -> tuple[RecordMap | None, set[TP] | None]:
        if not self._buffered_partitions or not self.flow_active:
            return await super()._wait_next_records(timeout)
        if self._get_active_partitions():
            return await super()._wait_next_records(min(timeout, LOOK_SECONDS))
        await self.sleep(LOOK_SECONDS)
        return {}, set()


class PromptTransport(driver.Transport):
    """What an app's `transport` is set to."""

    Consumer = PromptConsumer

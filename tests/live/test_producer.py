"""What `send` returned from is on the broker; what does not fit is refused, not tried for ever."""

import asyncio

import msgspec
import pytest

from tests.workers.verdicts import REMOVED
from topics import codec
from topics.admin import create
from topics.errors import BrokerFault, RecordError
from topics.scan import Found, scan
from topics.verdicts import VERDICTS, Verdict
from workers.producer import REQUEST_BYTES_MAX, Producer


async def test_a_record_is_on_the_broker_when_send_returns(kafka: str, prefix: str) -> None:
    create(kafka, prefix=prefix)
    producer = Producer(kafka, prefix, "reelguard/test")
    await producer.start()
    try:
        await producer.send(VERDICTS, "v-1", REMOVED, id=REMOVED.verdict_id)
        await producer.remove(VERDICTS, "v-1")
        found = await asyncio.to_thread(lambda: list(scan(kafka, f"{prefix}verdicts")))
    finally:
        await producer.stop()

    assert [(one.key, one.value is None) for one in found] == [(b"v-1", False), (b"v-1", True)]
    assert read(found[0]) == REMOVED


def read(found: Found) -> Verdict:
    return codec.decode(Verdict, found.value)


async def test_a_record_that_is_too_large_is_refused_at_once(kafka: str, prefix: str) -> None:
    create(kafka, prefix=prefix)
    producer = Producer(kafka, prefix, "reelguard/test")
    await producer.start()
    huge = msgspec.structs.replace(REMOVED, score_table_uri="x" * REQUEST_BYTES_MAX)
    try:
        async with asyncio.timeout(10):
            with pytest.raises(RecordError, match=rf"{prefix}verdicts: a record of \d+ bytes"):
                await producer.send(VERDICTS, "v-1", huge, id="x")
    finally:
        await producer.stop()


async def test_a_broker_that_is_not_there_is_a_fault_with_its_address() -> None:
    producer = Producer("127.0.0.1:1", "", "reelguard/test")

    with pytest.raises(BrokerFault, match=r"no Kafka broker answered at '127\.0\.0\.1:1'"):
        await producer.start()
    await producer.stop()

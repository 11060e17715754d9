"""The one place that turns a failure into an answer, and then acknowledges the event.

Faust acknowledges an event whose agent raised, so a failure that got past this context would be an
upload that nobody ever judges. A content failure becomes a verdict `error` and a dead letter; bytes
that are no upload become a dead letter alone; only then is the event acknowledged. A fault is ours:
the event stays unacknowledged, the worker stops, and the upload is delivered again.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from faust.types import EventT
from faust.types.core import HeadersArg

from policies.failed import error_verdict
from policies.judgement import Occasion
from topics import codec, identity
from topics.dead_letters import DeadLetter
from topics.errors import FaultError, RecordError, ReelguardError, Unexpected
from topics.uploads import Upload
from topics.verdicts import Versions

from . import metrics
from .publish import Publisher
from .tally import Tally

MESSAGE_MAX = 2000  # characters of a dead letter's message
HEADERS_MAX, HEADER_MAX = 64, 1000  # kept of a record's headers, and characters of each

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One event on its way to a verdict.

    where: topic[partition]@offset, for messages; deadline: on the loop's clock
    """

    event: EventT[bytes]
    where: str
    occasion: Occasion
    deadline: float

    def seconds_left(self) -> float:
        """Until the deadline; negative when it has passed."""
        return self.deadline - asyncio.get_running_loop().time()


@dataclass(frozen=True, kw_only=True)
class Settling:
    """What settling needs of its worker.

    ready: returns once uploads may be judged
    versions: what is in force, for verdicts without a judgement
    crash: stops the whole worker
    prefix: of the topics' names, which is no part of a verdict's occasion
    """

    publisher: Publisher
    worker_id: str
    prefix: str
    job_seconds: float
    tally: Tally
    ready: Callable[[], Awaitable[None]]
    versions: Callable[[], Versions]
    crash: Callable[[BaseException], Awaitable[None]]

    @asynccontextmanager
    async def __call__(self, event: EventT[bytes]) -> AsyncIterator[Case]:
        """Judge inside; on leaving, the event is answered and acknowledged, or not acknowledged."""
        await self.ready()
        case = self._case(event)
        try:
            with metrics.IN_FLIGHT.track_inprogress(), self.tally.flight():
                try:
                    yield case
                except FaultError:
                    raise
                except ReelguardError as error:
                    await self._answer(case, error)
                except Exception as error:  # last line of defence: Faust would acknowledge it
                    log.exception("%s", case.where)
                    await self._answer(case, Unexpected(f"{type(error).__name__}: {error}"))
        except ReelguardError as error:  # a fault, or an answer that its topic does not take
            log.critical("%s: %s: %s", case.where, error.reason, error)
            await self.crash(error)
            return
        event.ack()

    def _case(self, event: EventT[bytes]) -> Case:
        message = event.message
        topic = message.topic.removeprefix(self.prefix)
        milliseconds = max(0, round(message.timestamp * 1000))  # -1: it has none
        return Case(
            event=event,
            where=f"{topic}[{message.partition}]@{message.offset}",
            occasion=Occasion(
                name=identity.upload_occasion(topic, message.partition, message.offset),
                sequence=milliseconds,
                queued_seconds=max(0.0, time.time() - message.timestamp),
            ),
            deadline=asyncio.get_running_loop().time() + self.job_seconds,
        )

    async def _answer(self, case: Case, error: ReelguardError) -> None:
        log.warning("%s: %s: %s", case.where, error.reason, error)
        video_id = _video_id(case.event.value)
        if video_id is not None:
            verdict = error_verdict(
                video_id, case.occasion, error, versions=self.versions(), at=datetime.now(UTC)
            )
            await self.publisher.decision(verdict, (), ())
        await self.publisher.dead_letter(self._letter(case, error))

    def _letter(self, case: Case, error: ReelguardError) -> DeadLetter:
        message, versions = case.event.message, self.versions()
        topic = message.topic.removeprefix(self.prefix)
        return DeadLetter(
            dead_letter_id=identity.dead_letter_id(topic, message.partition, message.offset),
            topic=topic,
            partition=message.partition,
            offset=message.offset,
            timestamp_ms=case.occasion.sequence,
            key=message.key,
            value=message.value,
            headers=_headers(message.headers),
            failed_at=datetime.now(UTC),
            failure_class=error.failure_class,
            reason=error.reason,
            message=str(error)[:MESSAGE_MAX],
            retryable=error.retryable,
            worker_id=self.worker_id,
            worker_version=versions.worker,
            engines=versions.engines,
        )


def _headers(given: HeadersArg | None) -> dict[str, str]:
    """As much of them as fits beside the value: a letter too large would be no letter."""
    kept = list(dict(given or {}).items())[:HEADERS_MAX]
    return {
        name[:HEADER_MAX]: bytes(value or b"")[:HEADER_MAX].decode("utf-8", "replace")
        for name, value in kept
    }


def _video_id(value: bytes | None) -> str | None:
    try:
        return codec.decode(Upload, value).video_id
    except RecordError:
        return None

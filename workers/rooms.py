"""The rooms of one worker as a service: started before Faust's consumer and stopped after it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import mode

from topics.errors import ReelguardError
from topics.verdicts import Versions

from .decoding import decode_limits
from .engine_process import EngineProcess
from .hashlists.held import HeldLists
from .heartbeat import Heartbeat
from .in_force import InForce
from .judge import Judge
from .media.clip import Media
from .origins import fetch_limits
from .producer import Producer
from .publish import Publisher
from .settings import Settings
from .settled import Settling
from .store import Store
from .tally import Tally
from .unread_texts import UnreadTexts
from .version import VERSION

log = logging.getLogger(__name__)

LAST_WORD_SECONDS = 5.0

Crash = Callable[[BaseException], Awaitable[None]]

NO_QUOTA: Mapping[tuple[str, str], int] = {}  # nothing is counted yet, so nothing runs out


class Rooms(mode.Service):
    """What an upload passes through on its way: in_force, settled, media, judge, publisher."""

    mundane_level = "debug"  # of mode's own words about starting and stopping

    def __init__(self, settings: Settings, crash: Crash, stopping: Callable[[], bool]) -> None:
        """Builds the rooms and starts nothing.

        crash: stops the whole worker; stopping: whether it takes no more uploads
        """
        super().__init__()
        worker_id, prefix = settings.identity, settings.topic_prefix
        self.tally = Tally()
        decoding = decode_limits(settings)
        self.sampling = decoding.sampling
        store = Store(settings.store)
        self.producer = Producer(settings.kafka, prefix, f"reelguard/{worker_id}")
        self.publisher = Publisher(self.producer, store, self.tally)
        self.in_force = InForce(settings.kafka, prefix)
        self.guard = EngineProcess("safeguard", settings.safeguard, threads=settings.engine_threads)
        self.unread = UnreadTexts(self.guard, self.in_force)
        self.media = Media(
            root=Path(settings.fetch_root) if settings.fetch_root else None,
            fetching=fetch_limits(settings),
            decoding=decoding,
        )
        self.lists = HeldLists(settings.hashlists, settings.hashlists_seconds)
        self.judge = Judge(
            guard=self.guard,
            store=store,
            lists=self.lists,
            worker=VERSION,
            sampling=self.sampling,
            demo_decides=settings.allow_demo_engines,
        )
        self.settled = Settling(
            publisher=self.publisher,
            worker_id=worker_id,
            prefix=prefix,
            job_seconds=settings.job_seconds,
            tally=self.tally,
            ready=self.in_force.ready,
            versions=self.versions,
            crash=crash,
        )
        self.heartbeat = Heartbeat(
            producer=self.producer,
            worker_id=worker_id,
            in_force=self.in_force,
            tally=self.tally,
            builds=self.builds,
            stopping=stopping,
            hashlists=lambda: self.lists.snapshot().versions,
            problems=self.problems,
        )

    def builds(self) -> dict[str, str]:
        """The engine builds that are loaded, by engine."""
        return {self.guard.name: self.guard.build}

    def versions(self) -> Versions:
        """What is in force now, for answers that no judgement led to."""
        return Versions(
            worker=VERSION,
            engines=self.builds(),
            policy_set=self.in_force.snapshot().policy_set,
            sampling=self.sampling,
            hashlists=self.lists.snapshot().versions,
        )

    def problems(self) -> tuple[str, ...]:
        """What works less well than it should, in words; for the heartbeat."""
        confined = self.media.sandbox.confinement
        media = () if confined is None or confined.filtered else (f"media: {confined}",)
        return (*media, *self.lists.problems(), *self.unread.problems())

    def remaining(self) -> Mapping[tuple[str, str], int]:
        """Decisions left today by (policy id, action); absent means without limit."""
        return NO_QUOTA

    async def on_start(self) -> None:
        """Start what can fail first: a worker without engine or sandbox must not consume.

        raises: SystemExit(1), after one line of log, when something cannot be started
        """
        try:
            await self.guard.start()
            await self.media.start()
            await self.producer.start()
            await self.lists.look()
        except ReelguardError as error:
            log.critical("%s: %s", error.reason, error)
            raise SystemExit(1) from error
        self.add_future(self.in_force.run())
        self.add_future(self.heartbeat.run())
        self.add_future(self.lists.run())
        self.add_future(self.unread.run())

    async def on_stop(self) -> None:
        """Stop in the opposite order; the last word is the tombstone."""
        try:
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await self.heartbeat.leave()
        except TimeoutError:
            log.warning("the broker is away: this worker's heartbeat stays until it ages")
        await self.producer.stop()
        await self.media.stop()
        await self.guard.stop()

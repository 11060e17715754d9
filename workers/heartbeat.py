"""Tell the others every 5 s who this worker is and on which versions; a tombstone on leaving."""

import asyncio
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from topics.worker_status import HEARTBEAT_SECONDS, WORKER_STATUS, WorkerStatus

from . import metrics
from .in_force import InForce
from .producer import Producer
from .tally import Tally
from .version import VERSION


@dataclass(kw_only=True)
class Heartbeat:
    """Writes this worker's record on `worker-status`.

    builds: the engine builds that are loaded, by engine
    stopping: whether the worker takes no more uploads
    hashlists: versions of the lists of known content that are held
    problems: what works less well than it should, in words
    """

    producer: Producer
    worker_id: str
    in_force: InForce
    tally: Tally
    builds: Callable[[], dict[str, str]]
    stopping: Callable[[], bool]
    hashlists: Callable[[], dict[str, str]] = dict
    problems: Callable[[], tuple[str, ...]] = tuple
    beats: int = 0
    was_ready: bool = False
    left: bool = False
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def beat(self) -> None:
        """One heartbeat, unless this worker has left."""
        if self.left:
            return
        metrics.READY.set(self.in_force.open)
        for policy_id, version in self.in_force.snapshot().versions.items():
            metrics.POLICY_VERSION.labels(policy_id).set(version)
        await self.producer.send(WORKER_STATUS, self.worker_id, self.status(), id=self.worker_id)
        self.beats += 1

    async def leave(self) -> None:
        """Take this worker off the list, if it ever was on it; no beat puts it back."""
        self.left = True
        if self.beats:
            await self.producer.remove(WORKER_STATUS, self.worker_id)

    def status(self) -> WorkerStatus:
        """What the next heartbeat says."""
        snapshot = self.in_force.snapshot()
        return WorkerStatus(
            worker_id=self.worker_id,
            version=VERSION,
            started_at=self.started_at,
            beat_at=datetime.now(UTC),
            state=self._state(),
            host=platform.node(),
            policy_set=snapshot.policy_set,
            policies=dict(snapshot.versions),
            engines=self.builds(),
            hashlists=self.hashlists(),
            in_flight=self.tally.in_flight,
            judged=self.tally.judged,
            failed=self.tally.failed,
            ignored=self.in_force.ignored(),
            problems=self.problems(),
        )

    def _state(self) -> Literal["starting", "ready", "blind", "stopping"]:
        if self.stopping():
            return "stopping"
        if self.in_force.open:
            self.was_ready = True
            return "ready"
        return "blind" if self.was_ready else "starting"

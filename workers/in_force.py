"""What is in force on this worker: the fold of the policy log, behind a gate.

Nothing is judged until the log exists, has been read to its end and holds a policy that decides;
and again not while its reader is blind.
"""

import asyncio
import logging

from policies import fold
from policies.fold import Snapshot
from topics.policies import POLICIES
from topics.worker_status import Ignored

from .follow import Follower

GATE_SECONDS = 0.2  # how often a closed gate looks again
IGNORED_KEPT = 20  # newest ignored records shown in the heartbeat

log = logging.getLogger(__name__)


class InForce:
    """The policies in force; `snapshot()` is taken once per upload, right before it is judged."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        """Nothing is read before `run`."""
        self.follower = Follower(bootstrap, POLICIES.prefixed(prefix), self._apply)
        self._state = fold.empty()
        self._waiting = False  # said once, however many uploads wait

    async def run(self) -> None:
        """Follow the log until cancelled."""
        await self.follower.run()

    @property
    def open(self) -> bool:
        """Whether uploads may be judged now."""
        return self.follower.current and not self.snapshot().empty

    async def ready(self) -> None:
        """Return once uploads may be judged."""
        while not self.open:
            if not self._waiting:
                log.warning("waiting for a policy on %s", self.follower.topic)
            self._waiting = True
            await asyncio.sleep(GATE_SECONDS)
        if self._waiting:
            log.info("policies in force: %s", self.snapshot().versions)
        self._waiting = False

    def snapshot(self) -> Snapshot:
        """The policies as of now; uploads keep the snapshot they began with."""
        return self._state.snapshot

    def ignored(self) -> tuple[Ignored, ...]:
        """The newest records of the log that do not count, for the heartbeat."""
        return tuple(
            Ignored(topic=POLICIES.name, offset=item.offset, reason=item.reason)
            for item in self._state.ignored[-IGNORED_KEPT:]
        )

    def _apply(self, offset: int, key: bytes | None, value: bytes | None) -> None:
        before = len(self._state.ignored)
        self._state = fold.apply(self._state, offset, value, key=key)
        for item in self._state.ignored[before:]:
            log.warning("%s@%d ignored: %s", POLICIES.name, item.offset, item.reason)

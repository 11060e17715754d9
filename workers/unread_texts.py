"""Ask the guard which of the texts in force it cannot read, and say so in the heartbeat.

A policy may stand in the log that was never held to this guard: published without it, or before
the guard was swapped. Uploads are then not judged under it (`unparsable`, so never allowed); this
says why before the first upload does. Asked again whenever the policies or the guard change.
"""

import asyncio
import logging

from policies.fold import Snapshot
from topics.errors import ReelguardError
from topics.policies import Policy

from .engine_process import EngineProcess
from .engine_wire import Readings, ReadRequest
from .in_force import InForce
from .readable import texts_of

LOOK_SECONDS = 1.0
ANSWER_SECONDS = 60.0  # the guard answers between two requests of uploads

log = logging.getLogger(__name__)


class UnreadTexts:
    """What the guard of one worker cannot read of what is in force."""

    def __init__(self, guard: EngineProcess, in_force: InForce) -> None:
        """Asks nothing before `run`."""
        self._guard, self._in_force = guard, in_force
        self._asked = ("", "")  # policy set and build
        self._problems: tuple[str, ...] = ()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Ask, if anything has changed; where the guard does not answer, the next look asks."""
        snapshot = self._in_force.snapshot()
        now = (snapshot.policy_set, self._guard.build)
        if now == self._asked:
            return
        listed = [
            (f"{policy.id} v{policy.version} {name}", text)
            for policy in policies(snapshot)
            for name, text in texts_of(policy)
        ]
        request = ReadRequest(tuple(text for _, text in listed))
        deadline = asyncio.get_running_loop().time() + ANSWER_SECONDS
        try:
            said = await self._guard.ask(request, Readings, "read the policies", deadline=deadline)
        except ReelguardError as error:
            log.warning("which policies can be read is not known yet: %s", error)
            return
        named = zip((name for name, _ in listed), said.refusals, strict=True)
        self._problems = tuple(f"{name} cannot be read: {why}" for name, why in named if why)
        self._asked = now
        for problem in self._problems:
            log.warning("%s; uploads are not judged under it", problem)

    def problems(self) -> tuple[str, ...]:
        """A sentence for each text that cannot be read."""
        return self._problems


def policies(snapshot: Snapshot) -> list[Policy]:
    """Every version in force, shadows and canaries as well."""
    return [
        entry.record.policy
        for held in snapshot.held
        for entry in (held.live, held.candidate)
        if entry is not None
    ]

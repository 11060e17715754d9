"""Hold the lists of known content that are in force, and follow their changes beside the work.

New versions are looked for regularly and loaded next to the old ones; an upload keeps the lists
it began with. A list that cannot be had is told in the log and in the heartbeat, and until it can
be had again no upload counts as compared with all lists: policies/decide.py then allows nothing.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from topics.errors import ReelguardError
from workers import metrics

from .index_file import HashList
from .shelf import Shelf

STALE_LOOKS = 10  # in a row that saw nothing of the store: what is held may be old

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ListsInForce:
    """The lists as of one moment. complete: they are all that is in force."""

    lists: Mapping[str, HashList] = field(default_factory=dict)
    complete: bool = True

    @property
    def versions(self) -> dict[str, str]:
        """The version of each list."""
        return {name: held.version for name, held in self.lists.items()}


class HeldLists:
    """The lists of one worker. Without a place there are none, and nothing is missed."""

    def __init__(self, url: str, look_seconds: float = 30.0) -> None:
        """Reads nothing. raises: UsageError when the URL cannot be one."""
        self.url, self.look_seconds = url, look_seconds
        self._shelf = Shelf(url) if url else None
        self._lists: dict[str, HashList] = {}
        self._looked_at = float("-inf")
        self._faults: dict[str, str] = {}  # by list; "" is the place itself

    async def run(self) -> None:
        """Follow the lists until cancelled."""
        while self._shelf is not None:
            await asyncio.sleep(self.look_seconds)
            await self.look()

    async def look(self) -> None:
        """Take over what has changed."""
        if self._shelf is not None:
            began = time.monotonic()
            faults = await asyncio.to_thread(self._look, self._shelf)
            if "" not in faults:
                self._looked_at = began
            self._tell(faults)
            metrics.HASHLISTS_COMPLETE.set(self._complete())

    def snapshot(self) -> ListsInForce:
        """The lists as of now; uploads keep the snapshot they began with."""
        return ListsInForce(lists=dict(self._lists), complete=self._complete())

    def problems(self) -> tuple[str, ...]:
        """What is wrong now, in words, for the heartbeat."""
        return tuple(self._faults.values())

    def _complete(self) -> bool:
        if self._shelf is None:
            return True
        fresh = time.monotonic() - self._looked_at < STALE_LOOKS * self.look_seconds
        return fresh and not any(name for name in self._faults)

    def _look(self, shelf: Shelf) -> dict[str, str]:
        try:
            pointers = shelf.pointers()
        except ReelguardError as error:
            return {**self._faults, "": str(error)}
        faults = {}
        for name, pointer in pointers.items():
            try:
                self._follow(shelf, name, pointer.version)
            except ReelguardError as error:
                faults[name] = f"hash list {name}: {error}"
        for name in self._lists.keys() - pointers.keys():
            faults[name] = f"hash list {name}: gone from {shelf.url}, and nobody removed it"
        return faults

    def _follow(self, shelf: Shelf, name: str, version: str | None) -> None:
        held = self._lists.get(name)
        if version == (held.version if held else None):
            return
        if version is None:
            self._lists = {known: one for known, one in self._lists.items() if known != name}
            metrics.HASHLIST_ENTRIES.remove(name)
            log.info("hash list %s: removed", name)
            return
        loaded = shelf.load(name, version)
        self._lists = {**self._lists, name: loaded}
        metrics.HASHLIST_ENTRIES.labels(name).set(len(loaded.items))
        log.info("hash list %s: %d entries, version %s", name, len(loaded.items), version[:12])

    def _tell(self, faults: dict[str, str]) -> None:
        for name, fault in faults.items():
            if self._faults.get(name) != fault:
                log.error("%s", fault)
        if self._faults and not faults:
            log.info("hash lists: all can be read again")
        self._faults = faults

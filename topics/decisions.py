"""Tell decisions from the verdict records on a partition: duplicates out, outdated ones marked.

No Kafka here: `consume.py` brings the records, in the order in which they were published.
Memory is bounded: of the last WINDOW verdict ids and the last WINDOW videos. A duplicate follows
its original within minutes (a redelivery), so the window is hours to days of verdicts. What was
read before a restart is not in it; `consume.py` fills it again.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from .verdicts import Verdict

WINDOW = 100_000  # 36 MB when full

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Decision:
    """One decision about one video, to be acted upon once.

    outdated: a later decision on this video has come before, or the verdict says itself that it
        is about older content (`stale`): record it, do not enforce it
    partition, offset: where its record stands in the topic
    """

    verdict: Verdict
    outdated: bool
    partition: int
    offset: int


class Memory:
    """Which verdicts have been decided, and how far each video has come."""

    def __init__(self, window: int = WINDOW) -> None:
        """window: how many verdict ids, and how many videos, are remembered."""
        self._window = window
        self._verdicts: OrderedDict[bytes, None] = OrderedDict()
        self._sequences: OrderedDict[str, int] = OrderedDict()

    def knows(self, verdict: Verdict) -> bool:
        """Whether a record with this verdict_id has been taken before."""
        return bytes.fromhex(verdict.verdict_id) in self._verdicts

    def take(self, verdict: Verdict) -> bool:
        """Remember a decision and say whether it is outdated."""
        highest = self._sequences.get(verdict.video_id, 0)
        self._remember(self._verdicts, bytes.fromhex(verdict.verdict_id), None)
        self._remember(self._sequences, verdict.video_id, max(highest, verdict.sequence))
        return verdict.stale or verdict.sequence < highest

    def _remember(self, memory: OrderedDict[Key, Value], key: Key, value: Value) -> None:
        memory[key] = value
        memory.move_to_end(key)
        if len(memory) > self._window:
            memory.popitem(last=False)

"""Turn how a child ended into its answer, or into the one error that names the reason.

Pure. Reasons in the message: memory, cpu, deadline, crash, bad_result, failed.
"""

import os
import signal
from dataclasses import dataclass

from topics.errors import ContentError, DeadlineExceeded, MediaCrash, MediaLimit, MediaResult

from .child import MEMORY_EXIT
from .messages import Ended, Kind, NotStarted, Start

_MUCH = 1 / 8  # of its memory, 256 MiB: killed with so much, it was the system that wanted memory
_SHOWN = 500  # characters of what a child says


@dataclass(frozen=True, kw_only=True)
class Exit:
    """One child's end.

    stopped_for: why we killed it, if we did; ended: None if unseen
    server_lost: whether its fork server died, or hangs
    """

    answer: bytes
    stopped_for: Kind | None
    ended: Ended | NotStarted | None
    server_lost: bool = False


def failure(end: Exit, start: Start) -> ContentError | None:
    """The error of this end, None if the answer may be read."""
    if end.stopped_for == "deadline":
        return DeadlineExceeded("deadline: the media process was killed")
    if end.stopped_for:
        return MediaResult(f"{end.stopped_for}: killed after {len(end.answer)} bytes of answer")
    match end.ended:
        case None:
            return MediaCrash("failed: the fork server died")
        case NotStarted(detail=detail):
            return MediaLimit(f"memory: no media process could be started: {detail}")
        case Ended() as ended:
            return _of_status(end, ended, start)


def printable(said: str) -> str:
    """A stranger's words, cut short, without what steers a terminal or breaks a line of log."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said[:_SHOWN])


def _of_status(end: Exit, ended: Ended, start: Start) -> ContentError | None:
    code = os.waitstatus_to_exitcode(ended.status)
    if code < 0:
        return _killed(-code, ended, start)
    shown = printable(end.answer.decode(errors="replace"))
    if code == MEMORY_EXIT:
        return MediaLimit(f"memory: {shown}")
    if code:
        return MediaCrash(f"failed: {shown}")
    return None


def _killed(number: int, ended: Ended, start: Start) -> ContentError:
    used, rss_bytes = ended.cpu_seconds, ended.rss_kib * 1024
    if number == signal.SIGXCPU or (number == signal.SIGKILL and used >= start.cpu_seconds):
        return MediaLimit(f"cpu: {used:.1f} s used")
    peak = f"peak memory {rss_bytes >> 20} MiB"
    if number == signal.SIGKILL and rss_bytes >= _MUCH * start.memory_bytes:
        return MediaLimit(f"memory: killed by the system, {peak}")
    who = ", by the system or a person" if number == signal.SIGKILL else ""
    return MediaCrash(f"crash: {_name(number)}{who}, {peak}")


def _name(number: int) -> str:
    known = {signal.value: signal.name for signal in signal.Signals}
    return known.get(number, f"signal {number}")  # a real-time signal has no name

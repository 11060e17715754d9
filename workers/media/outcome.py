"""Turn how a child ended into its answer, or into the one error that names the reason.

Pure. Reasons in the message: memory, cpu, deadline, crash, bad_result, failed.
"""

import os
import signal
from dataclasses import dataclass

from topics.errors import ContentError, DeadlineExceeded, MediaCrash, MediaLimit, MediaResult

from .child import MEMORY_EXIT
from .messages import Ended, Kind


@dataclass(frozen=True, kw_only=True)
class Exit:
    """One child's end. stopped_for: why we killed it, if we did; ended: None if unseen."""

    answer: bytes
    stopped_for: Kind | None
    ended: Ended | None


def failure(end: Exit) -> ContentError | None:
    """The error of this end, None if the answer may be read."""
    if end.stopped_for == "deadline":
        return DeadlineExceeded("deadline: the media process was killed")
    if end.stopped_for:
        return MediaResult(f"{end.stopped_for}: killed after {len(end.answer)} bytes of answer")
    if end.ended is None:
        return MediaCrash("failed: the fork server died")
    code = os.waitstatus_to_exitcode(end.ended.status)
    shown = end.answer[:200].decode(errors="replace")
    if code == -signal.SIGXCPU:
        return MediaLimit(f"cpu: {end.ended.cpu_seconds:.1f} s used")
    if code < 0:
        name, rss = signal.Signals(-code).name, end.ended.rss_kib // 1024
        return MediaCrash(f"crash: {name}, peak memory {rss} MiB")
    if code == MEMORY_EXIT:
        return MediaLimit(f"memory: {shown}")
    if code:
        return MediaCrash(f"failed: {shown}")
    return None

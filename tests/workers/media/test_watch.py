"""A child that is slow to die is not taken for a fork server that hangs."""

import asyncio
import os
import signal
import subprocess

import pytest

from topics.errors import DeadlineExceeded
from workers.media import watch
from workers.media.link import Child
from workers.media.messages import Ended, Start
from workers.media.outcome import Exit, failure

START = Start(ident=1, request=b"", buffer_bytes=1, memory_bytes=1 << 30, cpu_seconds=10)


class Undying(Child):
    """A child in the kernel's hands: SIGKILL was sent, and the process is still there."""

    def kill(self) -> None:
        return


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_EXIT_SECONDS", 0.1)


async def watched(child: Child, seconds: float = 0.1) -> Exit:
    reading, writing = os.pipe2(os.O_NONBLOCK)
    try:
        return await watch.watch(child, reading, seconds)
    finally:
        os.close(reading)
        os.close(writing)


async def test_a_process_that_is_still_there_is_no_lost_server() -> None:
    child = Undying()
    child.started(os.pidfd_open(os.getpid()))
    end = await watched(child)
    child.end(None)
    assert (end.ended, end.server_lost) == (None, False)
    assert isinstance(failure(end, START), DeadlineExceeded)


async def test_a_process_that_nobody_started_or_whose_end_nobody_told_is_a_lost_server() -> None:
    gone, exited = subprocess.Popen(["true"]), Undying()
    exited.started(os.pidfd_open(gone.pid))
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
    assert (await watched(Undying())).server_lost
    assert (await watched(exited)).server_lost
    gone.wait()
    exited.end(None)


async def test_an_end_that_comes_late_is_still_heard() -> None:
    child = Undying()
    ended = Ended(ident=1, status=signal.SIGKILL, rss_kib=1, cpu_seconds=0)
    asyncio.get_running_loop().call_later(0.15, child.end, ended)
    end = await watched(child)
    assert (end.stopped_for, end.ended, end.server_lost) == ("deadline", ended, False)

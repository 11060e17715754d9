"""A fork server and its children never outlive their worker; a scarce system is a reason."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from topics.errors import MediaLimit
from workers.media.link import open_link
from workers.media.messages import NotStarted, Start
from workers.media.sandbox import Sandbox
from workers.media.source import Intake, Source

PROGRAM = """
import asyncio
from workers.media.sandbox import Sandbox
from workers.media.source import Intake

async def main():
    sandbox = Sandbox("tests.workers.media.jobs_that_misbehave", memory_bytes=1 << 30)
    await sandbox.start()
    intake = Intake(10)
    intake.write(b"x")
    run = asyncio.create_task(sandbox.run(b"hang", intake.finish(), 1, deadline_seconds=60))
    await asyncio.sleep(0.3)
    print(sandbox.server_pid, flush=True)
    await run

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    """A zombie that PID 1 has not reaped yet is dead."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_killed_worker_leaves_nothing_behind() -> None:
    worker = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert worker.stdout
    server = int(worker.stdout.readline())
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    until = time.monotonic() + 10
    while any(map(alive, [server, *map(int, children)])) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(children) == 1
    assert not any(map(alive, [server, *map(int, children)]))


@pytest.fixture
def source() -> Iterator[Source]:
    intake = Intake(10)
    intake.write(b"x")
    source = intake.finish()
    yield source
    source.close()


@asynccontextmanager
async def started(jobs: str) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(f"tests.workers.media.{jobs}", memory_bytes=1 << 30)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


async def echo(sandbox: Sandbox, source: Source) -> bytes:
    done = await sandbox.run(b"echo here", source, 4096, deadline_seconds=20)
    done.buffer.close()
    return done.answer


async def test_no_process_for_an_upload_is_that_ones_reason(source: Source) -> None:
    async with started("jobs_short_of_processes") as sandbox:
        server = sandbox.server_pid
        with pytest.raises(MediaLimit, match=r"could be started: .*temporarily unavailable"):
            await echo(sandbox, source)
        assert await echo(sandbox, source) == b"here"
        assert sandbox.server_pid == server


async def test_a_server_without_descriptors_says_so() -> None:
    link = await open_link("tests.workers.media.jobs_that_misbehave")
    start = Start(ident=7, request=b"", buffer_bytes=1, memory_bytes=1 << 30, cpu_seconds=9)
    end = await link.start(start, [0]).ended  # one of the three came through
    link.close()
    assert isinstance(end, NotStarted) and "Too many open files" in end.detail


async def test_a_worker_without_descriptors_says_so_of_one_upload(source: Source) -> None:
    async with started("jobs_that_misbehave") as sandbox:
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1, before[1]))
        try:
            with pytest.raises(MediaLimit, match="Too many open files"):
                await echo(sandbox, source)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert await echo(sandbox, source) == b"here"

"""Whatever a child does, it is one failure of one upload, in time, with its own reason."""

import ast
import asyncio
import itertools
import os
import signal
import statistics
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from topics.errors import (
    ContentError,
    DeadlineExceeded,
    MediaCrash,
    MediaLimit,
    MediaResult,
    SandboxFault,
)
from workers.media.sandbox import Run, Sandbox
from workers.media.source import Intake, Source

JOBS = "tests.workers.media.jobs_that_misbehave"
POWERS = "tests.workers.media.jobs_with_powers"  # the same, without seccomp and Landlock
HARMS: list[tuple[bytes, type[ContentError], str]] = [
    (b"answer_without_end", MediaResult, "bad_result"),  # stopped at 1 MiB
    (b"allocate", MediaLimit, "memory"),  # 10 GB
    (b"start_threads_without_end", MediaCrash, "can't start new thread"),
    (b"die SIGXCPU", MediaLimit, "cpu"),  # as RLIMIT_CPU does
    (b"die SIGKILL", MediaCrash, "SIGKILL"),  # the system's OOM killer, or a person
    (b"die SIGABRT", MediaCrash, "SIGABRT"),  # a codec's assertion
    (b"die 40", MediaCrash, "signal 40"),  # a real-time signal, which has no name
    (b"read_nowhere", MediaCrash, "SIGSEGV"),  # a codec's bug
    (b"touch_beyond_the_buffer", MediaCrash, "SIGBUS"),
    (b"fail", MediaCrash, "IndexError"),  # an exception nobody expected
    (b"shrink", MediaCrash, "PermissionError"),  # the buffer is sealed
    (b"fork", MediaCrash, "PermissionError"),
    (b"kill_the_server SIGKILL", MediaCrash, "PermissionError"),
    (b"kill_the_server SIGSTOP", MediaCrash, "PermissionError"),
    (b"raise_error MemoryError", MediaLimit, "memory"),
    (b"raise_error ENOMEM", MediaLimit, "memory"),
    (b"raise_error EAGAIN", MediaLimit, "memory"),  # no room for a thread's stack
    (b"raise_error RecursionError", MediaCrash, "RecursionError"),
    (b"raise_error UnicodeDecodeError", MediaCrash, "UnicodeDecodeError"),
    (b"raise_error AssertionError", MediaCrash, "AssertionError"),
]
ENDLESS = [
    b"hang",
    b"hang_after_closing_its_answer",
    b"spin",
    b"dribble",
    b"change_after_the_answer",
    b"die SIGSTOP",
]


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(JOBS, memory_bytes=1 << 30)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def powers() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(POWERS, memory_bytes=1 << 30, unsandboxed=True)
    await sandbox.start()
    assert sandbox.confinement and not sandbox.confinement.filtered
    yield sandbox
    await sandbox.stop()


@pytest.fixture
def source() -> Iterator[Source]:
    intake = Intake(100)
    intake.write(b"bytes of an upload")
    source = intake.finish()
    yield source
    source.close()


async def run(sandbox: Sandbox, source: Source, request: bytes, seconds: float = 20) -> Run:
    done = await sandbox.run(request, source, 4096, deadline_seconds=seconds)
    done.buffer.close()
    return done


async def test_an_answer_and_a_buffer_come_back(sandbox: Sandbox, source: Source) -> None:
    done = await sandbox.run(b"echo frames", source, 4096, deadline_seconds=20)
    copied = bytearray(6)
    done.buffer.copy(memoryview(copied))
    assert (done.answer, bytes(copied)) == (b"frames", b"frames")
    assert 5 < done.rss_mib < 300


async def test_a_child_sees_nothing_of_the_worker(
    sandbox: Sandbox, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for children")
    seen = (await run(sandbox, source, b"see")).answer.decode()
    variables, descriptors = ast.literal_eval(seen)
    assert variables == ["LC_ALL", "MALLOC_ARENA_MAX", "OPENBLAS_NUM_THREADS"]
    assert descriptors == list(range(7))  # 6 is Python's duplicate behind the buffer's mapping


@pytest.mark.parametrize(("request_", "expected", "said"), HARMS)
async def test_harm_has_its_own_reason(
    sandbox: Sandbox,
    source: Source,
    request_: bytes,
    expected: type[Exception],
    said: str,
) -> None:
    with pytest.raises(expected, match=said):
        await run(sandbox, source, request_)


@pytest.mark.parametrize("request_", ENDLESS)
async def test_a_hanging_child_is_killed_at_its_deadline(
    sandbox: Sandbox, source: Source, request_: bytes
) -> None:
    began = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        await run(sandbox, source, request_, seconds=0.5)
    assert time.monotonic() - began < 3


async def latencies(sandbox: Sandbox, source: Source) -> list[float]:
    """Seconds of runs that do as they should, one after another."""
    taken = []
    for number in range(25):
        began = time.monotonic()
        assert (await run(sandbox, source, b"echo %d" % number)).answer == b"%d" % number
        taken.append(time.monotonic() - began)
    return taken


async def harm(sandbox: Sandbox, source: Source) -> None:
    """Every kind of it, two at once, until cancelled; each ends as a failure of its own."""
    queue = itertools.cycle([request for request, _, _ in HARMS] + ENDLESS)

    async def one_after_another() -> None:
        for request in queue:
            with pytest.raises(ContentError):
                await run(sandbox, source, request, seconds=0.3)

    await asyncio.gather(one_after_another(), one_after_another())


async def test_other_uploads_in_flight_do_not_notice(sandbox: Sandbox, source: Source) -> None:
    calm = await latencies(sandbox, source)
    server = sandbox.server_pid
    harming = asyncio.create_task(harm(sandbox, source))
    disturbed = await latencies(sandbox, source)
    assert not harming.done()
    harming.cancel()
    await asyncio.wait([harming])
    assert sandbox.server_pid == server
    assert statistics.median(disturbed) < 5 * statistics.median(calm) + 0.02
    assert max(disturbed) < 2  # a fork server that was replaced, or one that waits, would show


async def test_a_killed_fork_server_is_replaced(sandbox: Sandbox, source: Source) -> None:
    assert sandbox.server_pid
    os.kill(sandbox.server_pid, signal.SIGKILL)
    assert (await run(sandbox, source, b"echo again")).answer == b"again"


async def test_who_kills_every_fork_server_has_crashed(
    powers: Sandbox, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(MediaCrash, match="fork server died"):
        await run(powers, source, b"kill_the_server")
    assert (await run(powers, source, b"echo after")).answer == b"after"
    assert caplog.text.count("the fork server has died") == 2


async def test_without_a_filter_nothing_starts(source: Source) -> None:
    sandbox = Sandbox(POWERS, memory_bytes=1 << 30)
    with pytest.raises(SandboxFault, match=r"no seccomp here.*REELGUARD_UNSANDBOXED=1"):
        await sandbox.start()
    with pytest.raises(SandboxFault):
        await run(sandbox, source, b"echo unconfined")
    assert sandbox.server_pid is None


async def test_a_stopped_fork_server_cannot_hold_an_upload(
    sandbox: Sandbox, source: Source
) -> None:
    assert sandbox.server_pid
    os.kill(sandbox.server_pid, signal.SIGSTOP)
    with pytest.raises(DeadlineExceeded):
        await run(sandbox, source, b"echo late", seconds=0.5)
    assert (await run(sandbox, source, b"echo after")).answer == b"after"


async def test_no_child_outlives_a_cancelled_upload(sandbox: Sandbox, source: Source) -> None:
    task = asyncio.create_task(run(sandbox, source, b"hang"))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.2)
    assert children(sandbox.server_pid) == []


async def test_stop_leaves_no_process(source: Source) -> None:
    sandbox = Sandbox(JOBS, memory_bytes=1 << 30)
    await sandbox.start()
    pid = sandbox.server_pid
    await sandbox.stop()
    assert not os.path.exists(f"/proc/{pid}")


async def test_jobs_that_cannot_be_imported_are_a_fault(source: Source) -> None:
    with pytest.raises(SandboxFault):
        await Sandbox("tests.workers.media.no_such_jobs", memory_bytes=1 << 30).start()


async def test_no_descriptor_is_left_behind(sandbox: Sandbox, source: Source) -> None:
    await run(sandbox, source, b"echo warm")
    before = os.listdir("/proc/self/fd")
    for request in (b"echo x", b"die SIGKILL", b"answer_without_end"):
        await asyncio.gather(run(sandbox, source, request), return_exceptions=True)
    assert os.listdir("/proc/self/fd") == before


def children(pid: int | None) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()

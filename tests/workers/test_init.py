"""A worker that is process 1 leaves no zombie, hears signals and ends with its own status."""

import os
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from workers.init import stand_in_front

PROGRAM = """
import os, signal, sys, time
from workers.init import stand_in_front
stand_in_front()

def gone(pid):
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False

print("I am", os.getpid(), flush=True)
"""
ORPHAN = """
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    orphan = os.fork()
    if orphan:
        os.write(writing, str(orphan).encode())
    os._exit(0)
os.waitpid(child, 0)
print("reaped", gone(int(os.read(reading, 9))))
"""
FORK_SERVER = """
import asyncio
from topics.errors import MediaCrash
from workers.media.sandbox import Sandbox
from workers.media.source import Intake

async def main():
    sandbox = Sandbox("tests.workers.media.jobs_that_misbehave", memory_bytes=1 << 30)
    await sandbox.start()
    intake = Intake(10)
    intake.write(b"x")
    run = asyncio.create_task(sandbox.run(b"hang", intake.finish(), 1, deadline_seconds=3))
    await asyncio.sleep(0.5)
    server = sandbox.server_pid
    os.kill(server, signal.SIGKILL)
    try:
        await run
    except Exception as error:
        print(type(error).__name__)
    await sandbox.stop()
    print("reaped", all(gone(pid) for pid in range(server, server + 20)))

asyncio.run(main())
"""
SIGNALLED = """
def stop(number, frame):
    print("heard", signal.Signals(number).name, flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
time.sleep(60)
"""


@cache
def namespace() -> list[str]:
    """A command that makes the next one process 1, as in a container."""
    unshare = shutil.which("unshare")
    for more in ([], ["--user", "--map-root-user"]):
        command = [unshare or "", *more, "--pid", "--fork", "--kill-child"]
        if unshare and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    pytest.skip("no PID namespace can be made here")


def started(then: str) -> subprocess.Popen[str]:
    command = [*namespace(), sys.executable, "-c", PROGRAM + then]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (ORPHAN, ["reaped True"]),
        (FORK_SERVER, ["DeadlineExceeded", "reaped True"]),
        ("sys.exit(3)", []),
        ("os.kill(os.getpid(), signal.SIGKILL)", []),
    ],
)
def test_process_1_reaps_and_ends_as_the_worker_does(then: str, said: list[str]) -> None:
    process = started(then)
    told = process.communicate(timeout=60)[0].splitlines()
    statuses = {"sys.exit(3)": 3, "os.kill(os.getpid(), signal.SIGKILL)": 137}
    assert told == ["I am 2", *said]
    assert process.returncode == statuses.get(then, 0)


def test_a_signal_for_process_1_reaches_the_worker_once() -> None:
    process = started(SIGNALLED)
    assert process.stdout
    assert [process.stdout.readline(), process.stdout.readline()] == ["I am 2\n", "ready\n"]
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGTERM)
    assert process.communicate(timeout=30)[0] == "heard SIGTERM\n"
    assert process.returncode == 7


def test_any_other_process_goes_on_as_it_is() -> None:
    before = os.getpid()
    stand_in_front()
    assert os.getpid() == before

"""A fork server and its children never outlive their worker."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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

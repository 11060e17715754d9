"""Keep one Kafka broker alive exactly as long as the process that asked for it, then clean up.

A script of its own with the standard library alone, started by broker.py. One line of JSON on
standard input is the `Plan`; after that the open pipe is the lifeline. The broker is stopped and
its folder removed when the pipe closes, when the owner dies (kill -9 included: the parent process
id changes even if a fork of the owner still holds the pipe), and at SIGTERM. Should the guardian
itself be killed, the kernel kills the broker (PR_SET_PDEATHSIG).
It does not decide whether the broker is ready; broker.py reads the log for that. When the broker
ends by itself, the last lines of its log go to standard output, because the folder goes.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TypedDict

LOOK_MS = 200  # between two looks at the owner and the broker; a closed pipe is noticed at once
STOP_SECONDS = 15  # a broker that keeps its data may close its files in peace
TAIL_BYTES = 4_000
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

LIBC = ctypes.CDLL(None)


class Plan(TypedDict):
    """What the owner wants done; paths as strings."""

    owner: int  # process id
    folder: str  # everything of the broker, made here
    keep: bool  # leave the folder in place at the end
    bootstrap: str  # host:port
    properties: str  # text of server.properties
    format_command: list[str]
    serve_command: list[str]


def main() -> int:
    """Do what the plan says; 0 when it was ended by the owner, 1 when the broker ended itself."""
    told_to_leave = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_leave.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    plan: Plan = json.loads(sys.stdin.readline())
    folder = Path(plan["folder"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=plan["keep"])
    try:
        return guard(plan, folder, told_to_leave)
    finally:
        if not plan["keep"]:
            shutil.rmtree(folder, ignore_errors=True)


def guard(plan: Plan, folder: Path, told_to_leave: threading.Event) -> int:
    """Format the data if they are new, then serve until somebody leaves."""
    (folder / "server.properties").write_text(plan["properties"])
    log = folder / "broker.log"
    commands = [plan["serve_command"]]
    if not (folder / "data" / "meta.properties").exists():
        commands.insert(0, plan["format_command"])
    for command in commands:
        java = start(command, folder, log)
        if owner_left(java, plan["owner"], told_to_leave):
            stop(java, patient=plan["keep"])
            return 0
        if java.returncode != 0 or command is commands[-1]:
            break
    sys.stdout.write(tail(log))
    return 1


def start(command: list[str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start Java so that it dies with this process, its words in the log."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when the guardian ends, however it ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def owner_left(java: subprocess.Popen[bytes], owner: int, told_to_leave: threading.Event) -> bool:
    """Wait; True when the owner let go, False when Java ended by itself."""
    lifeline = select.poll()
    lifeline.register(sys.stdin.fileno(), 0)  # hang-ups are reported without being asked for
    while java.poll() is None:
        if lifeline.poll(LOOK_MS) or os.getppid() != owner or told_to_leave.is_set():
            return True
    return False


def stop(java: subprocess.Popen[bytes], *, patient: bool) -> None:
    """End Java: in peace if its data stay, at once if they go anyway."""
    if patient:
        java.terminate()
        try:
            java.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            pass
    java.kill()
    java.wait()


def tail(log: Path) -> str:
    """The last lines of the log."""
    return log.read_bytes()[-TAIL_BYTES:].decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())

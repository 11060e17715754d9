"""What the guardian starts is gone when its owner is, however the owner goes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers import broker_guardian
from workers.broker_guardian import Plan

SCRIPT = broker_guardian.__file__

# Owns a guardian; a fork of it holds the lifeline a little longer.
OWNER = """
import json, os, subprocess, sys, time
guardian = subprocess.Popen([sys.executable, "-I", sys.argv[1]], stdin=subprocess.PIPE)
plan = json.loads(sys.argv[2]) | {"owner": os.getpid()}
guardian.stdin.write(json.dumps(plan).encode() + b"\\n")
guardian.stdin.flush()
os.fork()
time.sleep(8)
"""


def plan_for(tmp_path: Path, serve: str, *, keep: bool = False) -> Plan:
    """A plan whose broker is a shell command."""
    return Plan(
        owner=os.getpid(),
        folder=str(tmp_path / "broker"),
        keep=keep,
        bootstrap="127.0.0.1:1",
        properties="a=b",
        format_command=["true"],
        serve_command=["sh", "-c", serve],
    )


def ready(tmp_path: Path) -> str:
    """What the broker says once it runs: its process id, in a file that is whole at once."""
    return f"echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid"


def guardian_of(plan: Plan) -> subprocess.Popen[str]:
    guardian = subprocess.Popen(
        [sys.executable, "-I", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert guardian.stdin is not None
    guardian.stdin.write(json.dumps(plan) + "\n")
    guardian.stdin.flush()
    return guardian


def comes_true(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def served_pid(tmp_path: Path) -> int:
    assert comes_true((tmp_path / "pid").exists)
    return int((tmp_path / "pid").read_text())


def is_gone(pid: int) -> bool:
    """True for a zombie too: who reaps it is not our affair."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def test_kill_9_of_the_owner_ends_the_broker_even_if_a_fork_holds_the_pipe(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, f"{ready(tmp_path)}; exec sleep 60")
    with subprocess.Popen([sys.executable, "-c", OWNER, SCRIPT, json.dumps(plan)]) as owner:
        pid = served_pid(tmp_path)
        assert (tmp_path / "broker" / "server.properties").read_text() == "a=b"

        owner.kill()

        assert comes_true(lambda: is_gone(pid))
        assert comes_true(lambda: not (tmp_path / "broker").exists())


def test_a_closed_pipe_ends_the_broker_and_its_folder(tmp_path: Path) -> None:
    guardian = guardian_of(plan_for(tmp_path, f"{ready(tmp_path)}; exec sleep 60"))
    pid = served_pid(tmp_path)

    guardian.communicate(timeout=5)  # closes our end

    assert guardian.returncode == 0
    assert is_gone(pid)
    assert not (tmp_path / "broker").exists()


def test_sigterm_ends_a_broker_in_peace_and_keeps_its_data(tmp_path: Path) -> None:
    trap = f"trap 'touch {tmp_path}/in-peace; exit' TERM"
    serve = f"{trap}; {ready(tmp_path)}; while :; do sleep 0.05; done"
    guardian = guardian_of(plan_for(tmp_path, serve, keep=True))
    served_pid(tmp_path)

    guardian.terminate()
    guardian.communicate(timeout=5)

    assert (tmp_path / "in-peace").exists()
    assert (tmp_path / "broker" / "server.properties").exists()


def test_ctrl_c_is_left_to_the_owner(tmp_path: Path) -> None:
    guardian = guardian_of(plan_for(tmp_path, f"{ready(tmp_path)}; exec sleep 60"))
    served_pid(tmp_path)

    guardian.send_signal(signal.SIGINT)

    with pytest.raises(subprocess.TimeoutExpired):
        guardian.wait(0.5)
    guardian.communicate(timeout=5)


def test_kill_9_of_the_guardian_takes_the_broker_along(tmp_path: Path) -> None:
    guardian = guardian_of(plan_for(tmp_path, f"{ready(tmp_path)}; exec sleep 60"))
    pid = served_pid(tmp_path)

    guardian.kill()
    guardian.communicate(timeout=5)

    assert comes_true(lambda: is_gone(pid))


def test_a_broker_that_ends_by_itself_leaves_its_last_words(tmp_path: Path) -> None:
    guardian = guardian_of(plan_for(tmp_path, "echo no room; exit 3"))
    guardian.wait(5)

    words, _ = guardian.communicate()

    assert (guardian.returncode, words) == (1, "no room\n")

"""Landlock refuses paths where the kernel has it, and is no error where it has not."""

import subprocess
import sys

import pytest

from workers.media import landlock

PROGRAM = """
import socket, sys
from workers.media import landlock
from workers.media.libc import prctl
prctl(38, 1)
landlock.restrict(landlock.abi())
try:
    exec(sys.argv[1])
except PermissionError:
    print("refused")
"""
LISTEN = "s = socket.socket(); s.bind(('127.0.0.1', 0))"


@pytest.mark.parametrize(
    ("since", "attempt"),
    [
        (1, "open('/etc/passwd')"),
        (1, "open('/tmp/new', 'w')"),
        (4, LISTEN),
        (6, "import os; os.kill(os.getppid(), 0)"),
    ],
)
def test_a_restricted_process_is_refused(since: int, attempt: str) -> None:
    if landlock.abi() < since:
        pytest.skip(f"this kernel's Landlock has ABI {landlock.abi()}, not {since}")
    command = [sys.executable, "-c", PROGRAM, attempt]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "refused\n"


@pytest.mark.parametrize(
    ("abi", "words"),
    [
        (1, [0x1FFF]),
        (2, [0x3FFF]),  # REFER
        (3, [0x7FFF]),  # TRUNCATE
        (4, [0x7FFF, 3]),  # TCP
        (5, [0xFFFF, 3]),  # IOCTL_DEV
        (6, [0xFFFF, 3, 3]),  # scopes
        (9, [0xFFFF, 3, 3]),  # what newer ones know is not asked for
    ],
)
def test_a_ruleset_asks_for_what_its_abi_knows(abi: int, words: list[int]) -> None:
    assert landlock.ruleset(abi) == words


def test_without_landlock_nothing_is_done() -> None:
    landlock.restrict(0)
    assert open("/etc/passwd").readable()

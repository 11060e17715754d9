"""A confined process cannot grow, dump, write files or gain rights."""

import subprocess
import sys

import pytest

PROGRAM = """
import os, resource, sys
from workers.media.jail import confine
confine(1 << 32, 5, os.getppid())
print(eval(sys.argv[1]))
"""


def confined(look: str) -> str:
    """What an expression gives in a confined process."""
    command = [sys.executable, "-c", PROGRAM, look]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("AS", (1 << 32, 1 << 32)),
        ("CPU", (5, 6)),  # SIGXCPU, then SIGKILL
        ("NOFILE", (16, 16)),
        ("CORE", (0, 0)),
        ("FSIZE", (0, 0)),
    ],
)
def test_limits_are_set(limit: str, value: tuple[int, int]) -> None:
    assert confined(f"resource.getrlimit(resource.RLIMIT_{limit})") == repr(value)


def test_no_rights_can_be_gained() -> None:
    assert confined("'NoNewPrivs:\\t1' in open('/proc/self/status').read()") == "True"

"""The trial finds the strictest confinement that this kernel gives, and says what it does not."""

import subprocess
import sys

import pytest

from tests.workers.media.forbidden_calls import COLUMN, REFUSED
from workers.media.confinement import Confinement
from workers.media.syscalls import NUMBERS
from workers.media.trial import try_out

# Installs a filter of two cases that makes the kernel look older, then does the trial.
PROGRAM = """
import struct, sys
from workers.media import seccomp
from workers.media.jail import machine
from workers.media.libc import prctl
from workers.media.trial import try_out
from workers.media.warm import warm
number, argument, answer = map(int, sys.argv[1:])
lines = [(0x20, 0, 0, 0), (0x15, 0, 3, number), (0x20, 0, 0, 16), (0x15, 0, 1, argument),
         (0x06, 0, 0, 0x50000 | answer), (0x06, 0, 0, 0x7FFF0000)]
warm()
prctl(38, 1)
seccomp.install(b"".join(struct.pack("<HBBI", *line) for line in lines))
print(try_out())
"""
EINVAL, ENOSYS = 22, 38


def tried_where(call: str, argument: int, answer: int) -> str:
    """The trial's words where this call with this first argument gives this errno."""
    number = {**NUMBERS, **REFUSED}[call][COLUMN]
    command = [sys.executable, "-c", PROGRAM, str(number), str(argument), str(answer)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_here_everything_is_in_force() -> None:
    found = try_out()
    assert (found.filtered, found.stat, found.fault) == (True, False, "")


def test_without_seccomp_it_says_why() -> None:
    told = tried_where("prctl", 22, EINVAL)
    assert told.startswith("NO SECCOMP (OSError(22, 'Invalid argument: prctl(22)'))")


@pytest.mark.parametrize("answer", [ENOSYS, 95, 1])  # not built in, off, an older runtime
def test_without_landlock_it_goes_on(answer: int) -> None:
    assert tried_where("landlock_create_ruleset", 0, answer) == "seccomp allow-list, no Landlock"


def test_the_words_for_people_name_what_is_missing() -> None:
    loose = Confinement(filtered=True, landlock=3, stat=True)
    assert str(loose) == "seccomp allow-list, Landlock ABI 3, files can be looked at by name"

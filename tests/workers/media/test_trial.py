"""The trial finds the strictest confinement that this kernel gives, and says what it does not."""

import pytest

from tests.workers.media.older_kernel import NO_SECCOMP, run_where

NOTHING = ("dup", 1000, 9)  # is missing: EBADF is what it would be anyway
TRY_OUT = """
from workers.media.trial import try_out
from workers.media.warm import warm
warm()
print(try_out())
"""


def test_here_seccomp_is_in_force_and_no_file_can_be_looked_at() -> None:
    told = run_where(NOTHING, TRY_OUT)
    assert told.startswith("seccomp allow-list, ")
    assert "looked at" not in told


def test_without_seccomp_it_says_why() -> None:
    told = run_where(NO_SECCOMP, TRY_OUT)
    assert told.startswith("NO SECCOMP (OSError(22, 'Invalid argument: prctl(22)'))")


@pytest.mark.parametrize("answer", [38, 95, 1])  # not built in, off, an older container runtime
def test_without_landlock_it_goes_on(answer: int) -> None:
    told = run_where(("landlock_create_ruleset", 0, answer), TRY_OUT)
    assert told == "seccomp allow-list, no Landlock"


def test_a_file_that_cannot_be_opened_is_a_fault() -> None:
    told = run_where(("dup", 3, 24), TRY_OUT)  # EMFILE, at FFmpeg's first step
    assert told.startswith("NO SECCOMP (OSError(24")

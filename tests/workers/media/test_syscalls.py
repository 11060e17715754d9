"""The numbers are the kernel's, on both architectures."""

import ctypes

import pytest

from tests.workers.media.forbidden_calls import REFUSED
from workers.media.syscalls import MACHINES, NUMBERS

AUDIT = (MACHINES["x86_64"].audit, MACHINES["aarch64"].audit)


def libseccomp() -> ctypes.CDLL:
    """Another table of the same numbers; Debian has it wherever apt is."""
    try:
        return ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("libseccomp.so.2 is not here to compare with")


def test_the_numbers_are_those_of_libseccomp() -> None:
    resolve = libseccomp().seccomp_syscall_resolve_name_arch
    resolve.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
    ours = {**NUMBERS, **REFUSED}
    theirs = {name: tuple(resolve(audit, name.encode()) for audit in AUDIT) for name in ours}
    known = {name: tuple(n if n >= 0 else None for n in row) for name, row in theirs.items()}
    assert ours == known


def test_the_numbers_that_are_called_before_the_filter_are_right_too() -> None:
    assert [machine.capset for machine in MACHINES.values()] == list(REFUSED["capset"])


def test_nothing_is_both_allowed_and_refused() -> None:
    assert set(NUMBERS) & set(REFUSED) == set()
    assert len(REFUSED) >= 60

"""A refusal of the kernel is an OSError that says what was called."""

import errno
import os

import pytest

from workers.media.libc import prctl, syscall

GETPID = {"x86_64": 39, "aarch64": 172}[os.uname().machine]


def test_a_call_gives_what_the_kernel_gives() -> None:
    assert syscall(GETPID) == os.getpid()
    assert prctl(3) in (0, 1)  # PR_GET_DUMPABLE


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (lambda: syscall(5000), errno.ENOSYS, "call 5000"),
        (lambda: prctl(-1), errno.EINVAL, r"prctl\(-1\)"),
    ],
)
def test_a_refusal_is_an_oserror(call, code: int, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OSError, match=said) as refused:
        call()
    assert refused.value.errno == code

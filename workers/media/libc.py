"""Ask the kernel what Python has no function for, through the C library; a refusal is an OSError.

Loaded before the first fork: a jailed child opens no library.
"""

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_PRCTL, _SYSCALL = _LIBC.prctl, _LIBC.syscall
_SYSCALL.restype = ctypes.c_long
_WORDS = 6  # arguments of a system call, each a machine word


def prctl(option: int, *arguments: int) -> int:
    """prctl(2) with zeros for what is left out."""
    given = [*arguments, 0, 0, 0, 0][:4]
    return _checked(_PRCTL(option, *map(ctypes.c_ulong, given)), f"prctl({option})")


def syscall(number: int, *arguments: int) -> int:
    """Any system call by its number, with zeros for what is left out."""
    given = [*arguments, *[0] * _WORDS][:_WORDS]
    return _checked(_SYSCALL(ctypes.c_long(number), *map(ctypes.c_ulong, given)), f"call {number}")


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{os.strerror(code)}: {what}")
    return result

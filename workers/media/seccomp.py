"""Allow a process the system calls of syscalls.py and refuse every other one, for ever.

The program is classic BPF that the kernel runs before each call: the wrong architecture kills, an
allowed call passes, anything else, known or not yet invented, gives EPERM. Arguments are compared
by their low halves: each compared one is an int to the kernel, or has no flag above 31 bits.
What a program cannot read is what a pointer points to, so clone3 must not be there (ENOSYS: the C
library then uses clone, whose flags are an argument).
Source: seccomp(2), linux/filter.h. Differences from common sandboxes: 1) no library, 2) allowed
are only the exact clone flags of a thread, 3) priority-inheriting futexes are refused.
"""

import ctypes
import errno
import fcntl
import mmap
import struct
from dataclasses import dataclass

from .libc import prctl
from .syscalls import Machine

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _KILL_PROCESS, _REFUSE = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _AUDIT, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_LOAD, _AND, _EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_LOW_HALF = 0xFFFF_FFFF

_AT_EMPTY_PATH = 0x1000
# CLONE_VM FS FILES SIGHAND THREAD SYSVSEM SETTLS PARENT_SETTID CHILD_CLEARTID; musl: and DETACHED
_THREAD_FLAGS = (0x003D_0F00, 0x007D_0F00)
_MAP_HUGETLB, _MAP_LOCKED = 0x4_0000, 0x2000
_MADVICE = (0, 1, 2, 3, 4, 8, 14, 15, 102, 103)  # up to DONTNEED; FREE, (NO)HUGEPAGE, GUARD
_FUTEX_OPERATION = 0x7F  # without the flags PRIVATE and CLOCK_REALTIME
_FUTEX_WAITS_AND_WAKES = (0, 1, 4, 5, 9, 10)
_THREAD_NAMES = (15, 16)  # PR_SET_NAME, PR_GET_NAME


@dataclass(frozen=True)
class Only:
    """A condition: the argument's bits under the mask have one of the values."""

    argument: int
    values: tuple[int, ...]
    mask: int = _LOW_HALF


@dataclass(frozen=True, kw_only=True)
class Own:
    """What a child may touch: its process, and the one descriptor that it may write to.

    stat: whether fstat may come as newfstatat, which could name a file to look at, but not open
    """

    process: int
    result: int
    stat: bool = False


def rules(own: Own) -> dict[str, tuple[Only, ...]]:
    """The conditions of calls that are not allowed outright."""
    return {
        "write": (Only(0, (own.result,)),),
        "fcntl": (Only(1, (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_DUPFD_CLOEXEC)),),
        "newfstatat": (Only(3, (_AT_EMPTY_PATH,) if own.stat else ()),),
        "mmap": (Only(2, (0,), mmap.PROT_EXEC), Only(3, (0,), _MAP_HUGETLB | _MAP_LOCKED)),
        "mprotect": (Only(2, (0,), mmap.PROT_EXEC),),
        "madvise": (Only(2, _MADVICE),),
        "clone": (Only(0, _THREAD_FLAGS),),
        "futex": (Only(1, _FUTEX_WAITS_AND_WAKES, _FUTEX_OPERATION),),
        "prctl": (Only(0, _THREAD_NAMES),),
        "tgkill": (Only(0, (own.process,)),),  # abort()
    }


def program(machine: Machine, own: Own) -> bytes:
    """The filter as BPF instructions of 8 bytes."""
    conditions = rules(own)
    lines = [
        _line(_LOAD, _AUDIT),
        _line(_EQUAL, machine.audit, 1, 0),
        _line(_RETURN, _KILL_PROCESS),
    ]
    lines.append(_line(_LOAD, _NUMBER))
    for name, number in machine.numbers.items():
        body = _absent() if name == "clone3" else _body(conditions.get(name, ()))
        lines += [_line(_EQUAL, number, 0, len(body)), *body]
    return b"".join([*lines, _refuse(errno.EPERM)])


def install(instructions: bytes) -> None:
    """For this thread and those it will start; needs no_new_privs. raises: OSError."""
    held = ctypes.create_string_buffer(instructions, len(instructions))
    described = struct.pack("HP", len(instructions) // 8, ctypes.addressof(held))
    pointer = ctypes.create_string_buffer(described, len(described))
    prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(pointer))


def _body(conditions: tuple[Only, ...]) -> list[bytes]:
    lines = [line for condition in conditions for line in _check(condition)]
    return [*lines, _line(_RETURN, _ALLOW)]


def _check(condition: Only) -> list[bytes]:
    lines = [_line(_LOAD, _ARGUMENTS + 8 * condition.argument)]
    if condition.mask != _LOW_HALF:
        lines.append(_line(_AND, condition.mask))
    for left, value in zip(range(len(condition.values), 0, -1), condition.values, strict=True):
        lines.append(_line(_EQUAL, value, left, 0))  # over the other values and the refusal
    return [*lines, _refuse(errno.EPERM)]


def _absent() -> list[bytes]:
    return [_refuse(errno.ENOSYS)]


def _refuse(code: int) -> bytes:
    return _line(_RETURN, _REFUSE | code)


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)

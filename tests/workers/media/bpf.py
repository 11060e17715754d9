"""Run a seccomp program as the kernel would: a machine of five instructions, for the tests.

Source: Linux, Documentation/networking/filter.rst and seccomp(2). It stops at what it does not
know, at a jump out of the program, and at a program that does not return.
"""

import struct
from collections.abc import Sequence

ALLOW, KILL_PROCESS = 0x7FFF_0000, 0x8000_0000
_LENGTH_MAX = 4096  # BPF_MAXINSNS


def refused(code: int) -> int:
    """SECCOMP_RET_ERRNO with this errno."""
    return 0x0005_0000 | code


def result(program: bytes, audit: int, number: int, arguments: Sequence[int] = ()) -> int:
    """What the program returns for a system call."""
    words = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    seen = struct.pack("<IIQ6Q", number, audit, 0, *words)  # struct seccomp_data
    lines = list(struct.iter_unpack("<HBBI", program))
    assert len(lines) <= _LENGTH_MAX
    at = accumulator = 0
    while True:
        code, if_true, if_false, value = lines[at]
        at += 1
        match code:
            case 0x20:  # load a word
                accumulator = int.from_bytes(seen[value : value + 4], "little")
            case 0x54:  # and
                accumulator &= value
            case 0x15:  # jump if equal
                at += if_true if accumulator == value else if_false
            case 0x06:  # return
                return int(value)
            case _:
                raise AssertionError(f"no such instruction: {code:#x}")

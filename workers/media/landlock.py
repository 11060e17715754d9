"""Refuse this process every path, port, abstract socket and outside signal, where the kernel can.

A second lock behind seccomp.py: a ruleset that handles every right and grants none. Kernels know
more or fewer rights (their ABI); a kernel without Landlock, or with it switched off, is no error.
Source: Linux, Documentation/userspace-api/landlock.rst.
"""

import ctypes
import os
import struct

from .libc import syscall

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # on every architecture
_VERSION = 1  # the flag that asks for the ABI
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many, by ABI
_FILE_RIGHTS_SINCE_5 = 16
_TCP = 0b11  # bind, connect; since ABI 4
_SCOPES = 0b11  # abstract sockets, signals; since ABI 6


def abi() -> int:
    """The kernel's Landlock ABI, 0 where there is none."""
    try:
        return syscall(_CREATE_RULESET, 0, 0, _VERSION)
    except OSError:  # ENOSYS: not built in; EOPNOTSUPP: off; EPERM: an older container runtime
        return 0


def restrict(version: int) -> None:
    """Grant nothing; needs no_new_privs, version from `abi`. raises: OSError."""
    if not version:
        return
    words = ruleset(version)
    attribute = struct.pack(f"<{len(words)}Q", *words)
    held = ctypes.create_string_buffer(attribute, len(attribute))
    handle = syscall(_CREATE_RULESET, ctypes.addressof(held), len(attribute))
    syscall(_RESTRICT_SELF, handle)
    os.close(handle)


def ruleset(version: int) -> list[int]:
    """struct landlock_ruleset_attr with every right that this ABI knows."""
    files = (1 << _FILE_RIGHTS.get(version, _FILE_RIGHTS_SINCE_5)) - 1
    return [files] + [_TCP] * (version >= 4) + [_SCOPES] * (version >= 6)

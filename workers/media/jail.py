"""Take from this process what decoding does not need; called in a child, right before its work.

Limits of memory, time, files and descriptors, no new privileges, and death with the fork server.
The seccomp allow-list and Landlock belong here and are not here yet.
Not RLIMIT_NPROC: it counts the threads of everybody with our user id.
"""

import ctypes
import os
import resource
import signal

_LIBC = ctypes.CDLL(None, use_errno=True)  # before the fork: a child opens no library
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_DESCRIPTORS = 16


def confine(memory_bytes: int, cpu_seconds: int, server: int) -> None:
    """server: the process id of the fork server, which may have died before we asked to follow."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os.kill(os.getpid(), signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    limits = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # the buffer is written through its mapping
    )
    for which, value in limits:
        resource.setrlimit(which, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))  # SIGXCPU, SIGKILL


def _prctl(option: int, value: int) -> None:
    if _LIBC.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value})")

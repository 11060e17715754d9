"""Take from this process what decoding does not need; called in a child, right before its work.

Limits of memory, time, files and descriptors, first in line when the system is out of memory, death
with the fork server, no core dump, no capability, no new privileges, then Landlock without a rule
and the seccomp allow-list, which is last: it also refuses what is done here. What of these two the
kernel gives is a Confinement, found out by trial.py.
Not RLIMIT_NPROC: it counts the threads of everybody with our user id.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from contextlib import suppress

from . import landlock, seccomp
from .confinement import Confinement
from .libc import prctl, syscall
from .messages import Start
from .syscalls import MACHINES, Machine

RESULT = 5  # the pipe for the answer, all that a child may write to
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_DESCRIPTORS = 16
_CAPABILITY_VERSION = 0x2008_0522  # 3: two words a set, three sets


def confine(start: Start, confinement: Confinement, server: int) -> None:
    """server: the process id of the fork server, which may have died before we asked to follow.

    raises: OSError or ValueError, and then nothing of an upload may be read
    """
    here = machine()
    _go_first()
    _give_up_capabilities(here)
    prctl(_PR_SET_DUMPABLE, 0)  # a core pattern with a pipe does not care for RLIMIT_CORE
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os.kill(os.getpid(), signal.SIGKILL)
    _limit(start)
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(confinement.landlock)
    if confinement.filtered:
        own = seccomp.Own(process=os.getpid(), result=RESULT, stat=confinement.stat)
        seccomp.install(seccomp.program(here, own))


def machine() -> Machine:
    """The architecture we run on. raises: ValueError where we have no table for it."""
    found = MACHINES.get(platform.machine())
    if found is None:
        known = ", ".join(MACHINES)
        raise ValueError(f"no system call numbers for {platform.machine()!r}, only for {known}")
    return found


def _go_first() -> None:
    """Where memory ends, the system shall kill this process and not the worker."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def _limit(start: Start) -> None:
    limits = (
        (resource.RLIMIT_AS, start.memory_bytes),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # the buffer is written through its mapping
    )
    for which, value in limits:
        resource.setrlimit(which, (value, value))
    seconds = start.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # SIGXCPU, SIGKILL


def _give_up_capabilities(here: Machine) -> None:
    header = ctypes.create_string_buffer(struct.pack("<Ii", _CAPABILITY_VERSION, 0))
    none = ctypes.create_string_buffer(24)
    syscall(here.capset, ctypes.addressof(header), ctypes.addressof(none))

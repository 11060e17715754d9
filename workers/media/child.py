"""A fresh child's whole life: keep three descriptors, confine, answer one request, exit.

The jobs module does the work: `answer(request, source, buffer) -> bytes`. The answer goes through
a pipe; the exit code says whether it is one (0), memory ran out (12) or the job failed (1).
What it says on stderr goes nowhere: a hostile file could fill the worker's log through it.
"""

import errno
import fcntl
import mmap
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

from .confinement import Confinement
from .jail import RESULT, confine
from .libc import syscall
from .messages import Start

SOURCE, BUFFER = 3, 4  # with RESULT the child's only descriptors besides 0, 1, 2
MEMORY_EXIT, FAILED_EXIT = 12, 1
_CLOSE_RANGE = 436  # on every architecture
_LAST_DESCRIPTOR = 0xFFFF_FFFF
_ABOVE = 64  # moved here first, so that none overwrites another
NO_MEMORY = (errno.ENOMEM, errno.EAGAIN)  # EAGAIN: a thread found no room for its stack


class Jobs(Protocol):
    """A module that answers requests inside the child."""

    def answer(self, request: bytes, source: int, buffer: memoryview) -> bytes:
        """Read from the descriptor, write into the buffer, say what was done."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What every child of one fork server gets. server: its process id."""

    jobs: Jobs
    confinement: Confinement
    server: int


def run(cell: Cell, start: Start, descriptors: Sequence[int]) -> NoReturn:
    """Never returns, whatever happens: the caller's stack is the fork server's."""
    code = FAILED_EXIT
    try:
        keep(descriptors)
        answer, code = _answer(cell, start)
        while answer:
            answer = answer[os.write(RESULT, answer) :]
    finally:
        os._exit(code)


def keep(descriptors: Sequence[int]) -> None:
    """Have (source, buffer, result) at their numbers and no other; forget the server's signals."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(0, 2)  # the server's stdin is /dev/null
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD, _ABOVE) for fd in descriptors]
    for number, fd in zip((SOURCE, BUFFER, RESULT), moved, strict=True):
        os.dup2(fd, number)
    try:
        syscall(_CLOSE_RANGE, RESULT + 1, _LAST_DESCRIPTOR)
    except OSError:  # before Linux 5.9; with a limit of a billion this takes minutes
        os.closerange(RESULT + 1, os.sysconf("SC_OPEN_MAX"))


def _answer(cell: Cell, start: Start) -> tuple[bytes, int]:
    try:
        shared = mmap.mmap(BUFFER, start.buffer_bytes)  # until the exit: views of it may remain
        confine(start, cell.confinement, cell.server)
        return cell.jobs.answer(start.request, SOURCE, memoryview(shared)), 0
    except MemoryError as error:
        return _shown(error), MEMORY_EXIT
    except Exception as error:  # the child's last line of defence: the worker must hear of it
        no_memory = isinstance(error, OSError) and error.errno in NO_MEMORY
        return _shown(error), MEMORY_EXIT if no_memory else FAILED_EXIT


def _shown(error: BaseException) -> bytes:
    return repr(error)[:500].encode()

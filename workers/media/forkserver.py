"""The fork server: a small process with every import done, which forks a child per request.

Started by link.py as `python -I -m workers.media.forkserver FD JOBS_MODULE` with an empty
environment. One thread, so that a fork is safe. It parses nothing of an upload, and it ends when
the worker closes the socket; children follow it by PR_SET_PDEATHSIG. It tries the jail in a child
of its own first and says what is in force; whether that is enough is for the worker to say.
Source: the worker's design notes on multiprocessing's forkserver, whose differences matter here:
1) no environment, 2) no `__main__` in the children, 3) three descriptors, 4) rusage and a pidfd.
"""

import errno
import gc
import importlib
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from typing import cast

from . import child
from .messages import (
    MESSAGE_BYTES,
    Ended,
    FromServer,
    NotStarted,
    Ready,
    Started,
    decode_start,
    encode,
)
from .trial import try_out
from .warm import warm

_DESCRIPTORS_PER_START = 3


class Server:
    """Forks, reaps and reports, until the worker hangs up."""

    def __init__(self, sock: socket.socket, cell: child.Cell) -> None:
        """Take over SIGCHLD; the imports must be done."""
        self._sock, self._cell = sock, cell
        self._running: dict[int, int] = {}  # process id to ident
        self._awake, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Until the worker closes its end."""
        self._send(Ready(self._cell.confinement))
        while True:
            ready, _, _ = select.select([self._sock.fileno(), self._awake], [], [])
            if self._awake in ready:
                os.read(self._awake, 4096)
                self._reap()
            if self._sock.fileno() in ready and not self._receive():
                return

    def _receive(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._sock, MESSAGE_BYTES, _DESCRIPTORS_PER_START)
        if not data:
            return False
        start = decode_start(data)
        try:
            if len(descriptors) < _DESCRIPTORS_PER_START:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            pid = os.fork()
            if pid == 0:
                child.run(self._cell, start, descriptors)
            self._started(start.ident, pid)
        except OSError as error:  # no memory, or too many processes or descriptors
            self._send(NotStarted(start.ident, str(error)))
        for fd in descriptors:
            os.close(fd)
        return True

    def _started(self, ident: int, pid: int) -> None:
        try:
            pidfd = os.pidfd_open(pid)
        except OSError:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        self._running[pid] = ident
        self._send(Started(ident), [pidfd])
        os.close(pidfd)

    def _reap(self) -> None:
        while self._running:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            self._send(
                Ended(
                    ident=self._running.pop(pid),
                    status=status,
                    rss_kib=usage.ru_maxrss,
                    cpu_seconds=usage.ru_utime + usage.ru_stime,
                )
            )

    def _send(self, message: FromServer, descriptors: Sequence[int] = ()) -> None:
        socket.send_fds(self._sock, [encode(message)], descriptors)


def main() -> None:
    """See the module's first lines for the arguments."""
    sock, jobs = (
        socket.socket(fileno=int(sys.argv[1])),
        cast(child.Jobs, importlib.import_module(sys.argv[2])),
    )
    warm()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker to handle
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise SystemExit(f"expected 1 thread before the first fork, got {threads}")
    gc.collect()
    gc.freeze()  # the children share these pages
    try:
        cell = child.Cell(jobs=jobs, confinement=try_out(), server=os.getpid())
        Server(sock, cell).serve()
    except (BrokenPipeError, ConnectionResetError):
        return  # the worker has gone


if __name__ == "__main__":
    main()

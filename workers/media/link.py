"""The worker's end of one fork server: start it, ask it for children, hear how they end.

All on the event loop, no thread. A server that dies ends all its children's runs; another one is
sandbox.py's business.
"""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from topics.errors import SandboxFault

from .confinement import Confinement, refusal
from .messages import (
    MESSAGE_BYTES,
    Ended,
    FromServer,
    NotStarted,
    Ready,
    Start,
    Started,
    decode_from_server,
    encode,
)

_START_SECONDS = 30.0  # about 0.5 s on an idle core
_LAST_WORDS_SECONDS = 0.5  # for the traceback of an import that failed
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # else numpy starts threads at import
    "MALLOC_ARENA_MAX": "2",  # else each thread reserves 64 MiB of address space
}


class Child:
    """One running child, as the worker sees it."""

    def __init__(self) -> None:
        """Not started yet; `ended` gives None when its server died."""
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[Ended | NotStarted | None] = loop.create_future()
        self.pidfd = -1
        self._unwanted = False

    def started(self, pidfd: int) -> None:
        """Take the pidfd; a child that nobody wants any more dies at once."""
        self.pidfd = pidfd
        if self._unwanted:
            self.kill()

    def kill(self) -> None:
        """Kill it now, or as soon as it has started."""
        self._unwanted = True
        if self.pidfd >= 0 and not self.ended.done():
            try:
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            except ProcessLookupError:
                return  # it was faster

    @property
    def running(self) -> bool:
        """Whether its process is there: it has started and not exited."""
        if self.pidfd < 0:
            return False
        exited, _, _ = select.select([self.pidfd], [], [], 0)
        return not exited

    def end(self, ended: Ended | NotStarted | None) -> None:
        """Close the pidfd and tell who waits."""
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1
        if not self.ended.done():
            self.ended.set_result(ended)


class Link:
    """One fork server and its running children. Made by `open_link`."""

    def __init__(self, process: subprocess.Popen[bytes], sock: socket.socket) -> None:
        """Listen to a server that was just started."""
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[Confinement] = loop.create_future()
        self.process = process
        self.alive = True
        self._sock, self._loop = sock, loop
        self._children: dict[int, Child] = {}
        loop.add_reader(sock, self._receive)

    def start(self, start: Start, descriptors: Sequence[int]) -> Child:
        """Ask for a child; the descriptors are copied, the caller closes its own."""
        message = encode(start)
        if len(message) > MESSAGE_BYTES:
            raise ValueError(f"expected a request under {MESSAGE_BYTES} bytes: {len(message) = }")
        child = self._children[start.ident] = Child()
        try:
            socket.send_fds(self._sock, [message], list(descriptors))
        except OSError:  # it has died, or it hangs and its socket is full
            self.close()
            child.end(None)
        return child

    def close(self) -> None:
        """Kill the server, and with it its children; nothing is left of it."""
        if not self.alive:
            return
        self.alive = False
        self._loop.remove_reader(self._sock)
        self._sock.close()
        for child in self._children.values():
            child.kill()
            child.end(None)
        self._children.clear()
        if not self.ready.done():
            self._last_words()
            self.ready.set_exception(SandboxFault("the fork server died while it started"))
            self.ready.exception()  # nobody may be left to ask
        self.process.kill()
        self.process.wait()

    def _last_words(self) -> None:
        try:
            self.process.wait(_LAST_WORDS_SECONDS)
        except subprocess.TimeoutExpired:
            return

    def _receive(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._sock, MESSAGE_BYTES, 1)
        except BlockingIOError:
            return
        except ConnectionError:
            data, descriptors = b"", []
        if not data:
            return self.close()
        self._hear(decode_from_server.decode(data), descriptors)

    def _hear(self, message: FromServer, descriptors: list[int]) -> None:
        match message:
            case Ready(confinement):
                self.ready.set_result(confinement)
            case Started(ident):
                self._children[ident].started(descriptors[0])
            case Ended(ident=ident) | NotStarted(ident=ident):
                self._children.pop(ident).end(message)


async def open_link(jobs: str, *, unsandboxed: bool = False) -> Link:
    """Start a fork server and wait until it is ready.

    unsandboxed: whether it may serve where seccomp cannot be had
    raises:      SandboxFault
    """
    link = _popen(jobs)
    with ExitStack() as undo:
        undo.callback(link.close)
        try:
            async with asyncio.timeout(_START_SECONDS):
                confinement = await link.ready
        except TimeoutError as error:
            raise SandboxFault(f"no fork server within {_START_SECONDS:g} s") from error
        if not confinement.filtered and not unsandboxed:
            raise SandboxFault(refusal(confinement))
        undo.pop_all()
    return link


def _popen(jobs: str) -> Link:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    command = [sys.executable, "-I", "-m", "workers.media.forkserver"]
    with theirs:
        try:
            process = subprocess.Popen(
                [*command, str(theirs.fileno()), jobs],
                env=_ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # signals of the terminal are the worker's
            )
        except OSError as error:
            ours.close()
            raise SandboxFault(f"the fork server cannot be started: {error}") from error
    return Link(process, ours)

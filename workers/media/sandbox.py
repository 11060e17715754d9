"""Run requests in fresh children of a fork server, and keep a fork server running.

Knows neither requests nor answers, they are bytes here. A fork server that dies or hangs is
replaced, and what ran in it runs once more; the next death is that upload's failure.
"""

import asyncio
import itertools
import logging
import math
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import FileIO

from topics.errors import MediaLimit

from .confinement import CURE, Confinement
from .link import Link, open_link
from .memfd import Buffer
from .messages import Ended, Start
from .outcome import Exit, failure
from .source import Source
from .watch import watch

log = logging.getLogger(__name__)

CODEC_THREADS_MAX = 4
_RUNS = 2  # a run whose fork server died is repeated once


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a child left: an answer to be validated, and a buffer that the caller closes."""

    answer: bytes
    buffer: Buffer
    rss_mib: float
    cpu_seconds: float


class Sandbox:
    """Owns the fork server. `jobs` names the module that answers requests in the children."""

    def __init__(self, jobs: str, *, memory_bytes: int, unsandboxed: bool = False) -> None:
        """memory_bytes: address space of one child; unsandboxed: whether seccomp may be missing."""
        self._jobs, self._memory_bytes, self._unsandboxed = jobs, memory_bytes, unsandboxed
        self._idents = itertools.count(1)
        self._starting = asyncio.Lock()
        self._server: Link | None = None

    async def start(self) -> None:
        """Start the fork server now. raises: SandboxFault."""
        await self._link()

    async def stop(self) -> None:
        """Kill the fork server and its children."""
        if self._server:
            self._server.close()

    @property
    def confinement(self) -> Confinement | None:
        """What the children are confined by, None before the first start."""
        return self._server.ready.result() if self._server else None

    @property
    def server_pid(self) -> int | None:
        """The fork server's process id while it lives."""
        return self._server.process.pid if self._server and self._server.alive else None

    async def run(
        self, request: bytes, source: Source, buffer_bytes: int, *, deadline_seconds: float
    ) -> Run:
        """One request, one child.

        raises: DeadlineExceeded, MediaCrash, MediaLimit, MediaResult; SandboxFault
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + deadline_seconds
        for repeated in range(_RUNS):
            start = self._start(request, buffer_bytes, deadline - clock())
            buffer = _buffer(buffer_bytes)
            with ExitStack() as undo:
                undo.callback(buffer.close)
                end = await self._once(start, source, buffer, deadline - clock())
                error = failure(end, start)
                if error is None:
                    undo.pop_all()  # the buffer is the caller's now
                    return _run(end, buffer)
            server_died = end.server_lost and end.stopped_for is None
            if not server_died or repeated or clock() >= deadline:
                raise error
        raise AssertionError("the last run returns or raises")

    def _start(self, request: bytes, buffer_bytes: int, seconds: float) -> Start:
        return Start(
            ident=next(self._idents),
            request=request,
            buffer_bytes=max(1, buffer_bytes),
            memory_bytes=self._memory_bytes,
            cpu_seconds=math.ceil(max(1.0, seconds) * CODEC_THREADS_MAX),
        )

    async def _once(self, start: Start, source: Source, buffer: Buffer, seconds: float) -> Exit:
        link = await self._link()
        reading, writing = _pipe()
        with reading:
            with _scarcity(), writing, source.reopen() as file:
                child = link.start(start, [file.fileno(), buffer.fileno(), writing.fileno()])
            end = await watch(child, reading.fileno(), seconds)
        if end.server_lost:
            link.close()  # one that does not tell of a child's end hangs
        return end

    async def _link(self) -> Link:
        async with self._starting:
            if self._server and not self._server.alive:
                log.warning("the fork server has died, another one is started")
            if self._server is None or not self._server.alive:
                self._server = await open_link(self._jobs, unsandboxed=self._unsandboxed)
                _tell(self._server.ready.result())
            return self._server


def _tell(confinement: Confinement) -> None:
    if confinement.filtered:
        log.info("media processes: %s", confinement)
        return
    log.critical("UPLOADS ARE DECODED WITHOUT A SANDBOX: %s; cure: %s", confinement, CURE)


def _run(end: Exit, buffer: Buffer) -> Run:
    assert isinstance(end.ended, Ended)
    return Run(
        answer=end.answer,
        buffer=buffer,
        rss_mib=end.ended.rss_kib / 1024,
        cpu_seconds=end.ended.cpu_seconds,
    )


def _buffer(size_bytes: int) -> Buffer:
    with _scarcity():
        return Buffer(size_bytes)


def _pipe() -> tuple[FileIO, FileIO]:
    """Its ends, (reading, writing); the reading one does not block."""
    with _scarcity():
        reading, writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(reading, False)
        return FileIO(reading), FileIO(writing, "w")


@contextmanager
def _scarcity() -> Iterator[None]:
    """This upload failed where the worker has no descriptor or memory left; others may not."""
    try:
        yield
    except (OSError, MemoryError) as error:
        raise MediaLimit(f"memory: nothing left for a media process: {error}") from error

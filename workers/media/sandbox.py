"""Run requests in fresh children of a fork server, and keep a fork server running.

Knows neither requests nor answers, they are bytes here. A fork server that dies or hangs is
replaced, and what ran in it runs once more; the next death is that upload's failure.
"""

import asyncio
import itertools
import logging
import math
import os
from dataclasses import dataclass

from .link import Link, open_link
from .memfd import Buffer
from .messages import Start
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

    def __init__(self, jobs: str, *, memory_bytes: int) -> None:
        """memory_bytes: address space of one child."""
        self._jobs, self._memory_bytes = jobs, memory_bytes
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
            buffer = Buffer(buffer_bytes)
            try:
                end = await self._once(request, source, buffer, deadline - clock())
            except BaseException:
                buffer.close()
                raise
            error = failure(end)
            if error is None:
                return _run(end, buffer)
            buffer.close()
            server_died = end.ended is None and end.stopped_for is None
            if not server_died or repeated or clock() >= deadline:
                raise error
        raise AssertionError("the last run returns or raises")

    async def _once(self, request: bytes, source: Source, buffer: Buffer, seconds: float) -> Exit:
        link = await self._link()
        reading, writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(reading, False)
        start = Start(
            ident=next(self._idents),
            request=request,
            buffer_bytes=buffer.size_bytes,
            memory_bytes=self._memory_bytes,
            cpu_seconds=math.ceil(max(1.0, seconds) * CODEC_THREADS_MAX),
        )
        try:
            try:
                with source.reopen() as file:
                    child = link.start(start, [file.fileno(), buffer.fileno(), writing])
            finally:
                os.close(writing)
            end = await watch(child, reading, seconds)
        finally:
            os.close(reading)
        if end.ended is None:
            link.close()  # a server that does not tell of a killed child's end hangs
        return end

    async def _link(self) -> Link:
        async with self._starting:
            if self._server and not self._server.alive:
                log.warning("the fork server has died, another one is started")
            if self._server is None or not self._server.alive:
                self._server = await open_link(self._jobs)
            return self._server


def _run(end: Exit, buffer: Buffer) -> Run:
    assert end.ended is not None
    return Run(
        answer=end.answer,
        buffer=buffer,
        rss_mib=end.ended.rss_kib / 1024,
        cpu_seconds=end.ended.cpu_seconds,
    )

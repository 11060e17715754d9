"""An engine in a process of its own: started, asked, and started again when it dies.

The worker never shares memory or a GIL with an engine. One request is in the engine at a time; it
may hold the frames of several uploads that were waiting (engine_merge.py). When it dies, each of
them is asked again alone, and who kills it then is to blame; one that was alone is asked once more.
"""

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from topics.errors import DeadlineExceeded, EngineCrash, EngineFault

from . import metrics
from .engine_merge import Waiting, merged, share_out, together
from .engine_wire import (
    LENGTH,
    REPLY,
    Answer,
    Failed,
    Ready,
    Reply,
    Request,
    ScoreRequest,
    Scores,
    pack,
)

START_SECONDS = 120.0  # loading and warming a guard
CHUNK_FRAMES = 16  # frames per request: uploads in flight take turns at this grain

log = logging.getLogger(__name__)

ReplyT = TypeVar("ReplyT", bound=Reply)

_DIED = (ConnectionError, asyncio.IncompleteReadError, BrokenPipeError)


class EngineProcess:
    """The guard's process. `build`, `grade` and `side` are known once it has started."""

    def __init__(
        self, name: str, folder: str, *, threads: int, module: str = "workers.engine_main"
    ) -> None:
        """Starts nothing. folder: with manifest.json, or `null`; module: what the process runs."""
        self.name, self._module = name, module
        self._folder, self._threads = folder, threads
        self._turn, self._waiting = asyncio.Lock(), list[Waiting]()
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self.ready = Ready(build="", grade="demo", side=0)

    @property
    def build(self) -> str:
        """The build that is loaded, as `safeguard@1+0123456789ab`."""
        return self.ready.build

    @property
    def grade(self) -> str:
        """`demo` or `production`, from the manifest."""
        return self.ready.grade

    @property
    def scores(self) -> str:
        """`calibrated` or `ordinal`, from the manifest."""
        return self.ready.scores

    @property
    def side(self) -> int:
        """Pixels of a side of the square frames that the engine takes."""
        return self.ready.side

    @property
    def pid(self) -> int | None:
        """The process id while it lives, for probes and tests."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and alive else None

    async def start(self) -> None:
        """Start and wait until the engine is loaded. raises: EngineFault when it does not."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module),
                *(self._folder, str(self._threads), str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
            )
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=1 << 24)
        self.ready = await self._first_word()
        log.info("engine %s ready: %s, %s, %s", self.name, self.build, self.grade, self.scores)

    async def _first_word(self) -> Ready:
        """raises: EngineFault with the engine's own reason, where it gave one."""
        said: Reply | None = None
        try:
            async with asyncio.timeout(START_SECONDS):
                said = await self._read()
        except TimeoutError as error:
            raise EngineFault(self._failed(f"not ready after {START_SECONDS:.0f} s")) from error
        except _DIED as error:
            raise EngineFault(self._failed("it died; its words are in the log")) from error
        finally:
            if not isinstance(said, Ready):
                await self._kill()
        if isinstance(said, Ready):
            return said
        raise EngineFault(self._failed(said.message if isinstance(said, Failed) else repr(said)))

    def _failed(self, why: str) -> str:
        return f"engine {self.name} from {self._folder} cannot be started: {why}"

    async def stop(self) -> None:
        """Kill the process, loaded or loading, and reap it."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
            self._starting = None
        await self._kill()

    async def _kill(self) -> None:
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            self._writer.close()
            self._process = None

    async def score(
        self, frames: NDArray[np.uint8], policies: Sequence[str], *, deadline: float
    ) -> list[tuple[Answer, ...]]:
        """answers[t][p] for frames (T, side, side, 3) uint8 under P policy texts.

        deadline: on the loop's clock; the engine is restarted when it has not answered by then
        raises: DeadlineExceeded; EngineCrash when this upload kills the engine twice;
            EngineFault when the engine cannot be started again
        """
        answers: list[tuple[Answer, ...]] = []
        for start in range(0, len(frames), CHUNK_FRAMES):
            chunk = np.ascontiguousarray(frames[start : start + CHUNK_FRAMES])
            request = ScoreRequest(chunk.tobytes(), len(chunk), chunk.shape[1], tuple(policies))
            answers += await self._judged(Waiting(request, deadline))
        metrics.FRAMES.inc(len(frames))
        return answers

    async def ask(
        self, request: Request, kind: type[ReplyT], task: str, *, deadline: float
    ) -> ReplyT:
        """One request, one reply, in turn with others; asked once more if the process dies.

        task: what it will have done, for errors; deadline: on the loop's clock
        raises: DeadlineExceeded, EngineCrash, EngineFault, as `score`
        """
        async with self._in_turn(task, deadline):
            return await self._alone(request, kind)

    @asynccontextmanager
    async def _in_turn(self, task: str, deadline: float) -> AsyncIterator[None]:
        """Until the engine is free, and no longer than the deadline."""
        try:
            async with asyncio.timeout_at(deadline), self._turn:
                yield
        except TimeoutError as error:
            raise DeadlineExceeded(
                f"engine {self.name} had not {task} when the job's time was up"
            ) from error

    async def _judged(self, one: Waiting) -> tuple[tuple[Answer, ...], ...]:
        """Whoever's turn it is asks for those who wait as well; so a turn may find all done."""
        self._waiting.append(one)
        try:
            async with self._in_turn(one.task, one.deadline):
                if one.answers is None:
                    await self._judge_together(together(one, self._waiting, self.ready.rows))
                if one.answers is None:
                    reply = await self._alone(one.request, Scores, one.deaths)
                    one.answers = reply.answers
        finally:
            self._waiting.remove(one)
        return one.answers

    async def _judge_together(self, several: Sequence[Waiting]) -> None:
        """One request for all; if anything is wrong with it, each is left to be asked alone."""
        if len(several) == 1:
            return
        for one in several:
            one.alone = True
        try:
            reply = await self._exchange(merged(several))
        except _DIED:
            log.error("engine %s died on frames of %d uploads", self.name, len(several))
            for one in several:
                one.deaths += 1
        else:
            if isinstance(reply, Scores):
                share_out(several, reply.answers)

    async def _alone(self, request: Request, kind: type[ReplyT], deaths: int = 0) -> ReplyT:
        """raises: EngineCrash at the second death"""
        for death in range(deaths + 1, 3):
            try:
                return self._expected(kind, await self._exchange(request))
            except _DIED:
                log.error("engine %s died, death %d of this upload", self.name, death)
        raise EngineCrash(f"engine {self.name} died twice on this upload")

    def _expected(self, kind: type[ReplyT], reply: Reply) -> ReplyT:
        if isinstance(reply, Failed):
            raise EngineCrash(f"engine {self.name}: {reply.message}")
        assert isinstance(reply, kind), f"{kind.__name__} expected, got {reply!r:.200}"
        return reply

    async def _exchange(self, request: Request) -> Reply:
        if self._process is None or self._starting is not None:
            await self._start_again()
        answered = False
        try:
            self._writer.write(pack(request))
            await self._writer.drain()
            reply = await self._read()
            answered = True
        finally:
            if not answered:  # dead, or its late answer would meet the next request
                await self._kill()
        return reply

    async def _start_again(self) -> None:
        """Loading may take longer than the job that asked for it: it goes on for the next one."""
        if self._starting is None:
            metrics.ENGINE_RESTARTS.labels(self.name).inc()
            self._starting = asyncio.create_task(self.start())
        try:
            await asyncio.shield(self._starting)
        finally:
            if self._starting.done():
                self._starting = None

    async def _read(self) -> Reply:
        size = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))[0]
        return REPLY.decode(await self._reader.readexactly(size))

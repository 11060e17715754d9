"""Own the process that decodes with DALI: start it, give it one file at a time, kill it.

A film that it cannot decode, that kills it, or that it decodes otherwise than FFmpeg does, is given
back with the reason; the next one finds a process started anew, or, where none starts, waits for
none in the minute after. The process is waited for in a thread.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from topics.errors import DecoderFault

from .answers import Sampled
from .likeness import HASH_DISTANCE
from .memfd import Buffer
from .parcel import receive, send
from .prepared import Clean, Failed, Ready, Task, encode, reply_decoder

log = logging.getLogger(__name__)

Device = Literal["gpu", "cpu"]

START_SECONDS = 60.0  # DALI's import takes 2 s on an idle core, CUDA's start some more
REST_SECONDS = 60.0  # after a start that failed
CODECS = {"gpu": ["h264", "hevc", "av1", "vp8", "vp9"], "cpu": ["vp8", "vp9", "mjpeg"]}
_FOR_CUDA = ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_CACHE_PATH")
_CONTROL = Path("/dev/nvidiactl")


class NotDecoded(Exception):
    """The process has not decoded this film; the message says why, in a few words."""


def absent() -> str | None:
    """Why there can be no such process on this machine; None if it is worth a try."""
    if not find_spec("nvidia") or not find_spec("nvidia.dali"):
        return "NVIDIA DALI is not installed (the extra `gpu`)"
    if not _CONTROL.exists():
        return f"there is no NVIDIA GPU ({_CONTROL} is missing)"
    return None


class GpuProcess:
    """Decodes one film at a time. device: `cpu` is for tests."""

    def __init__(self, device: Device = "gpu", module: str = "workers.media.gpu_main") -> None:
        """Starts nothing."""
        self._device, self._module = device, module
        self._turn = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._sock: socket.socket | None = None
        self._not_before = 0.0  # on the loop's clock
        self.ready = Ready(decoder="", device="")

    @property
    def codecs(self) -> list[str]:
        """What it decodes, by FFmpeg's names."""
        return CODECS[self._device]

    async def start(self) -> None:
        """Until it works. raises: DecoderFault"""
        async with self._turn:
            await self._start()

    async def stop(self) -> None:
        """Kill it, whatever it does."""
        await asyncio.to_thread(self._kill)

    async def decode(self, task: Task, file: Buffer, seconds: float) -> tuple[Sampled, Buffer]:
        """Decode, check; the caller closes both buffers.

        file:   written by remux.py
        raises: NotDecoded
        """
        sample = task.sample
        squares = Buffer(sample.frames_max * sample.side * sample.side * 3)
        with ExitStack() as undo:
            undo.callback(squares.close)
            try:
                async with asyncio.timeout(seconds), self._turn:
                    reply = await self._asked(
                        encode(task), [file.fileno(), squares.fileno()], seconds
                    )
            except TimeoutError as error:
                raise NotDecoded("deadline") from error
            if not isinstance(reply, Sampled):
                raise NotDecoded(reply.why if isinstance(reply, Failed) else "bad answer")
            _check(reply, task.clean)
            undo.pop_all()  # the squares are the caller's now
        return reply, squares

    async def _asked(
        self, message: bytes, descriptors: list[int], seconds: float
    ) -> Ready | Failed | Sampled:
        """raises: NotDecoded, TimeoutError"""
        if self._process is None:
            await self._start_again()
        answered = False
        talk = asyncio.create_task(asyncio.to_thread(self._exchange, message, descriptors, seconds))
        try:
            reply = reply_decoder.decode(await asyncio.shield(talk))
            answered = True
            return reply
        except (ConnectionError, msgspec.ValidationError, msgspec.DecodeError) as error:
            raise NotDecoded("crash" if isinstance(error, OSError) else "bad answer") from error
        finally:
            if not answered:  # dead, hanging or lying
                log.warning("the process of %s on %s is killed", self.ready.decoder, self._device)
                await self._end(talk)

    async def _end(self, talk: asyncio.Task[bytes]) -> None:
        """Kill it; the socket is closed only when no thread listens to it any more."""
        if self._process is not None:
            self._process.kill()
        await asyncio.wait([talk])
        talk.exception()
        self._kill()

    async def _start_again(self) -> None:
        now = asyncio.get_running_loop().time
        if now() < self._not_before:
            raise NotDecoded("no process")
        try:
            await self._start()
        except DecoderFault as error:
            self._not_before = now() + REST_SECONDS
            log.error("%s", error)
            raise NotDecoded("no process") from error

    async def _start(self) -> None:
        self._kill()
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-m", self._module, str(theirs.fileno()), self._device]
            self._process = subprocess.Popen(
                command,
                env={name: os.environ[name] for name in _FOR_CUDA if name in os.environ},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # signals of the terminal are the worker's
            )
        self._sock = ours
        try:
            reply = reply_decoder.decode(await asyncio.to_thread(self._first_word))
        except (OSError, msgspec.ValidationError, msgspec.DecodeError) as error:
            self._kill()
            raise DecoderFault(f"the process of DALI cannot be started: {error}") from error
        if not isinstance(reply, Ready):
            self._kill()
            why = reply.why if isinstance(reply, Failed) else "bad answer"
            raise DecoderFault(f"DALI does not decode on this machine's {self._device}: {why}")
        self.ready = reply

    def _first_word(self) -> bytes:
        assert self._sock is not None
        self._sock.settimeout(START_SECONDS)
        return receive(self._sock)[0]

    def _exchange(self, message: bytes, descriptors: list[int], seconds: float) -> bytes:
        """raises: ConnectionError, TimeoutError"""
        assert self._sock is not None
        self._sock.settimeout(seconds)
        send(self._sock, message, descriptors)
        return receive(self._sock)[0]

    def _kill(self) -> None:
        process, self._process = self._process, None
        sock, self._sock = self._sock, None
        if process is not None:
            process.kill()
            process.wait()
        if sock is not None:
            sock.close()


def _check(said: Sampled, clean: Clean) -> None:
    """raises: NotDecoded if a watched frame is not what FFmpeg made of it"""
    seen = {frame.pts_seconds: frame.pdq for frame in said.frames}
    for watched in clean.watched:
        found = seen.get(clean.times[watched.place])
        if found is None or _bits_apart(found, watched.pdq) > HASH_DISTANCE:
            raise NotDecoded("other frames")


def _bits_apart(one: str, other: str) -> int:
    pair = np.array([list(bytes.fromhex(hashed)) for hashed in (one, other)], np.uint8)
    return int(np.bitwise_count(pair[0] ^ pair[1]).sum())

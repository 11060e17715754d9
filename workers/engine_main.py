"""The engine process: load one guard, then turn requests on a socket into scores, one at a time.

Run by workers/engine_process.py as `python -m workers.engine_main FOLDER THREADS FD`. Knows no
Kafka and no settings. `null` as the folder judges nothing: every answer is `unparsable`, for
measuring what everything around the engine costs.
"""

import ctypes
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engines.errors import EngineError, PolicyTextError

from .engine_wire import LENGTH, REQUEST, Answer, Failed, Ready, ScoreRequest, Scores, pack

NULL_SIDE = 96
PR_SET_PDEATHSIG = 1

log = logging.getLogger(__name__)


class Scorer(Protocol):
    """What this process needs of a guard."""

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        """answers[t][p] for frames (T, side, side, 3) and P policy texts."""


class NullGuard:
    """Judges nothing, at no cost; so nothing it sees is ever allowed."""

    ready = Ready(build="null@0", grade="demo", side=NULL_SIDE)

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        """`unparsable` for every frame and policy."""
        row = tuple(Answer("unparsable", 0.0, "") for _ in policies)
        return tuple(row for _ in frames)


class SafeGuard:
    """SafeGuard-VL from a folder with manifest.json."""

    def __init__(self, folder: Path, threads: int) -> None:
        """raises: EngineError when files are missing or changed, or the golden inputs fail."""
        from engines.safeguard.guard import Guard

        self._guard = Guard.load(folder, threads=threads)
        manifest = self._guard.manifest
        self.ready = Ready(build=manifest.build, grade=manifest.grade, side=manifest.image_side)

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        """The guard's answers, as they travel; a text it cannot read is `unparsable` alone."""
        refused = {p: said for p, text in enumerate(policies) if (said := self._refusal(text))}
        texts = [text for p, text in enumerate(policies) if p not in refused]
        scored = self._guard.score(frames, texts)
        rows = [iter([Answer(a.word, a.score, a.rationale) for a in row]) for row in scored]
        return tuple(
            tuple(
                Answer("unparsable", 0.0, refused[p]) if p in refused else next(row)
                for p in range(len(policies))
            )
            for row in rows
        )

    def _refusal(self, text: str) -> str:
        """Why the guard cannot read a policy; empty when it can."""
        try:
            self._guard.score(np.zeros((0, 1, 1, 3), np.uint8), [text])
        except PolicyTextError as error:
            return str(error)
        return ""


def serve(guard: Scorer, ready: Ready, connection: socket.socket) -> None:
    """Answer requests until the worker closes the connection."""
    connection.sendall(pack(ready))
    while (request := _read(connection)) is not None:
        connection.sendall(pack(_answer(guard, request)))


def _answer(guard: Scorer, request: ScoreRequest) -> Scores | Failed:
    shape = (request.count, request.side, request.side, 3)
    frames = np.frombuffer(request.frames, np.uint8).reshape(shape)
    try:
        return Scores(guard.answers(frames, request.policies))
    except Exception as error:  # last line of defence of this process: the upload gets the reason
        log.exception("scoring %s", shape)
        return Failed(f"{type(error).__name__}: {error}")


def _read(connection: socket.socket) -> ScoreRequest | None:
    head = _exactly(connection, LENGTH.size)
    if head is None:
        return None
    body = _exactly(connection, LENGTH.unpack(head)[0])
    return None if body is None else REQUEST.decode(body)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts = bytearray(size)
    view, filled = memoryview(parts), 0
    while filled < size:
        got = connection.recv_into(view[filled:])
        if got == 0:
            return None
        filled += got
    return bytes(parts)


def main() -> None:
    """Serve one guard on the descriptor named on the command line."""
    folder, threads, descriptor = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # never outlives its worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the worker's business
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s engine: %(message)s")
    connection = socket.socket(fileno=descriptor)
    try:
        guard = NullGuard() if folder == "null" else SafeGuard(Path(folder), threads)
    except EngineError as error:
        connection.sendall(pack(Failed(str(error))))
        sys.exit(1)
    serve(guard, guard.ready, connection)


if __name__ == "__main__":
    main()

"""Send one request about one source to a fresh child, and believe nothing of its answer.

Checked here: the kind of answer; that frames ascend, and are no more than were asked for.
answers.py bounds each number; memfd.py bounds what is copied.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import numpy as np

from topics.errors import DeadlineExceeded, MediaResult, TooLarge, Unreadable

from .answers import Refusal, Seen
from .exchange import Answer, Request, answer_decoder, encode
from .outcome import printable
from .sandbox import Run, Sandbox
from .source import Source

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, kw_only=True)
class Asker:
    """One upload's way to its children. deadline: on the loop's clock."""

    sandbox: Sandbox
    source: Source
    deadline: float

    async def ask(
        self, request: Request, kind: type[AnswerT], buffer_bytes: int
    ) -> tuple[AnswerT, Run]:
        """Ask, validate; the caller closes the run's buffer.

        raises: Unreadable, TooLarge; DeadlineExceeded, MediaCrash, MediaLimit, MediaResult
        """
        left = self.deadline - asyncio.get_running_loop().time()
        if left <= 0:
            raise DeadlineExceeded("no time left for another media process")
        run = await self.sandbox.run(
            encode(request), self.source, buffer_bytes, deadline_seconds=left
        )
        with ExitStack() as undo:
            undo.callback(run.buffer.close)
            answer = _expected(kind, run.answer)
            undo.pop_all()  # the buffer is the caller's now
        return answer, run


def check_frames(frames: Sequence[Seen], count_max: int) -> None:
    """raises: MediaResult unless times ascend, every square is there and they are few enough."""
    times = np.array([frame.pts_seconds for frame in frames], np.float64)
    squares = np.array([frame.square for frame in frames], np.int64)
    steps = np.diff(squares, prepend=-1)  # each frame is in the next square or in the same one
    if times.size > count_max or (np.diff(times) <= 0).any() or (steps[:1] != 1).any():
        raise MediaResult(f"bad_result: {times.size} times, expected {count_max} ascending ones")
    if ((steps != 0) & (steps != 1)).any():
        raise MediaResult("bad_result: squares out of order")


def _expected(kind: type[AnswerT], said: bytes) -> AnswerT:
    try:
        answer: Answer = answer_decoder.decode(said)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        raise MediaResult(f"bad_result: {printable(str(error))}") from error
    if isinstance(answer, Refusal):
        refused = TooLarge if answer.reason == "too_large" else Unreadable
        raise refused(printable(answer.detail))
    if not isinstance(answer, kind):
        raise MediaResult(f"bad_result: expected {kind.__name__}, got {type(answer).__name__}")
    return answer

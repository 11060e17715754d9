"""Send one request about one source to a fresh child, and believe nothing of its answer.

Checked here: the kind of answer, that times ascend and that there are no more than were asked for.
answers.py bounds each number; memfd.py bounds what is copied.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from topics.errors import DeadlineExceeded, MediaResult, TooLarge, Unreadable

from .answers import Answer, Refusal, Request, answer_decoder, encode
from .memfd import Buffer
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
        try:
            return _expected(kind, run.answer), run
        except BaseException:
            run.buffer.close()
            raise


def check_times(pts_seconds: Sequence[float], count_max: int) -> NDArray[np.float64]:
    """Times as an array. raises: MediaResult unless they ascend and are count_max at most."""
    times = np.array(pts_seconds, np.float64)
    if times.size > count_max or (np.diff(times) <= 0).any():
        raise MediaResult(f"bad_result: {times.size} times, expected {count_max} ascending ones")
    return times


def copy_frames(buffer: Buffer, count: int, side: int) -> NDArray[np.uint8]:
    """(count, side, side, 3) from the buffer's start. Blocking, for megabytes."""
    frames = np.empty((count, side, side, 3), np.uint8)
    if count:
        buffer.copy(frames.reshape(-1).data)
    return frames


def _expected(kind: type[AnswerT], said: bytes) -> AnswerT:
    try:
        answer: Answer = answer_decoder.decode(said)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        raise MediaResult(f"bad_result: {error}") from error
    if isinstance(answer, Refusal):
        refused = TooLarge if answer.reason == "too_large" else Unreadable
        raise refused(answer.detail)
    if not isinstance(answer, kind):
        raise MediaResult(f"bad_result: expected {kind.__name__}, got {type(answer).__name__}")
    return answer

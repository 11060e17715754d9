"""Turn the frames of a reel into answers: ask the guard chunk by chunk, and let twins share theirs.

A frame that is shown by another's square was too like it to be kept: it gets that one's answer.
"""

from collections.abc import Sequence, Set
from typing import cast

from policies.judgement import FrameAnswer, Word

from .engine_process import EngineProcess
from .engine_wire import Answer
from .media.answers import Seen
from .media.reel import Reel

Answers = list[tuple[FrameAnswer, ...]]  # one row per policy, in order of time


def moment(frame: Seen) -> int:
    """A frame's time in ms, by which frames of two decodings are known to be the same."""
    return round(frame.pts_seconds * 1000)


async def answers(
    guard: EngineProcess,
    reel: Reel,
    texts: Sequence[str],
    *,
    deadline: float,
    known: Set[int] = frozenset(),
) -> Answers:
    """What the guard says about the frames of a reel under each policy text.

    known: moments of frames that need no answer
    raises: DeadlineExceeded, EngineCrash, EngineFault
    """
    new = [frame for frame in reel.seen if moment(frame) not in known]
    asked = {frame.square: frame for frame in reversed(new)}  # the first one of each square
    squares = sorted(asked)
    scored: list[tuple[Answer, ...]] = []
    async for frames in reel.chunks(squares):
        scored += await guard.score(frames, texts, deadline=deadline)
    said = dict(zip(squares, scored, strict=True))
    return [
        tuple(_answer(frame, asked[frame.square], said[frame.square][number]) for frame in new)
        for number in range(len(texts))
    ]


def _answer(frame: Seen, asked: Seen, said: Answer) -> FrameAnswer:
    return FrameAnswer(
        pts_seconds=frame.pts_seconds,
        word=cast(Word, said.word),
        score=said.score,
        rationale=said.rationale,
        copy_of=None if frame is asked else asked.pts_seconds,
        is_cut=frame.is_cut,
        pdq=frame.pdq,
        distance=frame.distance,
    )

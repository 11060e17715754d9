"""Turn a clip's frames into answers: sampled ones, then the neighbourhoods of what was hit.

Those are decoded more densely, which confirms or withdraws a hit and finds its borders. The guard
is asked chunk by chunk, and about frames that hit once more (look_again.py). A frame that is shown
by another's square was too like it to be kept: it gets that one's answer.
"""

from collections.abc import Sequence, Set
from typing import cast

from policies.fold import Assigned
from policies.judgement import FrameAnswer, PolicyJudgement, Word
from policies.refine import STEPS, windows_of_all
from policies.severity import lowest_threshold

from .engine_process import EngineProcess
from .engine_wire import Answer
from .look_again import LooksAgain, Scores
from .media.answers import Seen
from .media.clip import Clip
from .media.reel import Reel

DENSE_FRAMES_MAX = 64  # new frames per upload, so that a flickering video keeps its deadline

Answers = list[tuple[FrameAnswer, ...]]  # one row per policy, in order of time


async def score(
    guard: EngineProcess, clip: Clip, assigned: Sequence[Assigned], *, deadline: float
) -> tuple[PolicyJudgement, ...]:
    """What the guard says under each policy.

    deadline: on the loop's clock
    raises: DeadlineExceeded, EngineCrash, EngineFault, and what the clip raises
    """
    texts = [item.policy.text for item in assigned]
    eyes = LooksAgain(guard, [lowest_threshold(item.policy) for item in assigned])
    sampled = await answers(eyes, clip.sampled, texts, deadline=deadline)
    judged = _judged(assigned, sampled)
    duration = clip.content.duration_seconds
    windows = windows_of_all(judged, clip.frame_seconds, duration, DENSE_FRAMES_MAX)
    if not windows:
        return judged
    known = {moment(frame) for frame in clip.sampled.seen}
    async with clip.dense(windows, clip.frame_seconds / STEPS) as reel:
        closer = await answers(eyes, reel, texts, deadline=deadline, known=known)
    return _judged(assigned, [a + b for a, b in zip(sampled, closer, strict=True)])


def moment(frame: Seen) -> int:
    """A frame's time in ms, by which frames of two decodings are known to be the same."""
    return round(frame.pts_seconds * 1000)


async def answers(
    guard: Scores,
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


def _judged(assigned: Sequence[Assigned], rows: Answers) -> tuple[PolicyJudgement, ...]:
    return tuple(
        PolicyJudgement(
            policy=item.policy,
            answers=tuple(sorted(row, key=lambda answer: answer.pts_seconds)),
            decides=item.decides,
        )
        for item, row in zip(assigned, rows, strict=True)
    )


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

"""Every frame has an answer; the guard is asked once for frames that show the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from tests.workers.media.reels import Pixels, reel
from workers.engine_process import EngineProcess
from workers.engine_wire import Answer
from workers.media.reel import CHUNK_FRAMES
from workers.scoring import answers

TEXTS = ["no guns .", "no knives ."]


@dataclass
class Guard:
    """Scores a frame by its brightness; remembers how many frames each question had."""

    asked: list[int] = field(default_factory=list)

    async def score(
        self, frames: Pixels, policies: Sequence[str], *, deadline: float
    ) -> list[tuple[Answer, ...]]:
        self.asked.append(len(frames))
        return [tuple(self._answer(frame, text) for text in policies) for frame in frames]

    def _answer(self, frame: Pixels, text: str) -> Answer:
        return Answer("safe", float(frame[0, 0, 0]) / 256, text)


def greys(count: int) -> Pixels:
    """Squares 0, 1, 2 ... levels bright."""
    levels = np.arange(count, dtype=np.uint8)[:, None, None, None]
    return np.broadcast_to(levels, (count, 2, 2, 3))


async def scored(
    guard: Guard, times: list[float], squares: list[int], known: frozenset[int] = frozenset()
) -> list[tuple[float, float, float | None]]:
    """(time, brightness, copied from) under the first policy."""
    frames = reel(greys(max(squares) + 1), times, squares)
    rows = await answers(cast(EngineProcess, guard), frames, TEXTS, deadline=0.0, known=known)
    assert [row[0].rationale for row in rows] == TEXTS
    return [(a.pts_seconds, a.score * 256, a.copy_of) for a in rows[0]]


async def test_a_frame_that_shares_a_square_has_that_ones_answer_and_says_so() -> None:
    guard = Guard()

    found = await scored(guard, [0.0, 1.0, 2.0, 3.0], [0, 0, 1, 1])

    assert found == [(0.0, 0, None), (1.0, 0, 0.0), (2.0, 1, None), (3.0, 1, 2.0)]
    assert guard.asked == [2]


async def test_an_hour_of_a_still_picture_is_one_question_and_all_its_frames_are_answered() -> None:
    guard = Guard()

    found = await scored(guard, [15.0 * i for i in range(240)], [0] * 240)

    assert (guard.asked, len(found)) == ([1], 240)


async def test_frames_of_known_moments_are_not_asked_about() -> None:
    guard = Guard()

    found = await scored(guard, [0.0, 0.25, 0.5], [0, 1, 2], frozenset({0, 500}))

    assert (found, guard.asked) == ([(0.25, 1, None)], [1])


async def test_a_square_whose_first_frame_is_known_is_asked_about_for_the_next() -> None:
    found = await scored(Guard(), [0.0, 0.25, 0.5], [0, 0, 0], frozenset({0}))

    assert found == [(0.25, 0, None), (0.5, 0, 0.25)]


async def test_the_guard_gets_chunks() -> None:
    guard = Guard()

    await scored(guard, [float(i) for i in range(70)], list(range(70)))

    assert guard.asked == [CHUNK_FRAMES, CHUNK_FRAMES, 6]

"""Every frame has an answer; the guard is asked once for frames that show the same."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from policies.fold import Assigned
from policies.segments import find_segments
from policies.timeline import timeline
from tests.policies.cases import policy
from tests.workers.media.reels import Pixels, reel
from topics.verdicts import Content
from workers.engine_process import EngineProcess
from workers.engine_wire import Answer
from workers.media.clip import Clip
from workers.media.reel import CHUNK_FRAMES, Reel
from workers.scoring import answers, score

TEXTS = ["no guns .", "no knives ."]
GUNS, SECONDS = policy("guns", text=TEXTS[0]), [float(second) for second in range(8)]
CONTENT = Content(
    sha256="9f" * 32, duration_seconds=8.0, container="mp4", codecs=(), width=64, height=48
)


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


def pictures(levels: Pixels) -> Pixels:
    """A square for each brightness."""
    return np.broadcast_to(levels[:, None, None, None], (len(levels), 2, 2, 3))


async def scored(
    guard: Guard, times: list[float], squares: list[int], known: frozenset[int] = frozenset()
) -> list[tuple[float, float, float | None]]:
    """(time, brightness, copied from) under the first policy."""
    frames = reel(pictures(np.arange(max(squares) + 1, dtype=np.uint8)), times, squares)
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


@dataclass
class Still:
    """Eight seconds; one picture is held from 2 to 4 s, and its first frame scores 250 of 256.

    inside: the brightness of the frames between those that were sampled, while it is held
    """

    inside: int
    frame_seconds: float = 1.0
    content: Content = CONTENT

    @property
    def sampled(self) -> Reel:
        levels = np.array([0, 0, 250, 0, 0, 0], np.uint8)
        return reel(pictures(levels), SECONDS, [0, 1, 2, 2, 2, 3, 4, 5])

    @asynccontextmanager
    async def dense(
        self, windows: Sequence[tuple[float, float]], step_seconds: float
    ) -> AsyncIterator[Reel]:
        """Both ends of each window are included, as in media."""
        times = np.concatenate(
            [np.arange(a, b + step_seconds / 2, step_seconds) for a, b in windows]
        )
        levels = np.where((times >= 2) & (times < 5), self.inside, 0).astype(np.uint8)
        yield reel(pictures(levels), times.tolist())


async def segments(film: Still) -> list[tuple[float, float]]:
    """Of a policy that wants two of three frames."""
    assigned = [Assigned(policy=GUNS, decides=True)]
    judged = await score(cast(EngineProcess, Guard()), cast(Clip, film), assigned, deadline=0.0)
    spans = find_segments(timeline(judged[0].answers, 1.0, 8.0), GUNS, 0.5)
    return [(span.start_seconds, span.end_seconds) for span in spans]


async def test_a_closer_look_withdraws_a_hit_that_only_copies_of_it_support() -> None:
    assert await segments(Still(inside=0)) == []


async def test_a_closer_look_confirms_a_hit_and_its_copies_and_finds_their_borders() -> None:
    assert await segments(Still(inside=250)) == [(1.875, 4.875)]

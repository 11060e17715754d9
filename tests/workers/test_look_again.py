"""What is not really there goes when the picture is moved a little; what is there stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from workers.engine_wire import Answer
from workers.look_again import FRAMES_MAX, VIEWS, LooksAgain, together, views

Frames = NDArray[np.uint8]
SIDE = 100
HIT, MISS, NOTHING = (
    Answer("unsafe", 0.9, "a gun"),
    Answer("safe", 0.1, ""),
    Answer("unparsable", 0, "?"),
)


@dataclass
class Guard:
    """Says of the first look what it was told to, of all others the same."""

    answer: Answer
    first: list[tuple[Answer, ...]] | None = None
    asked: list[tuple[int, list[str]]] = field(default_factory=list)

    async def score(
        self, frames: Frames, policies: Sequence[str], *, deadline: float
    ) -> list[tuple[Answer, ...]]:
        if self.first is not None:
            rows, self.first = self.first, None
            return rows
        self.asked.append((len(frames), [*policies]))
        return [tuple(self.answer for _ in policies) for _ in frames]


async def looked(rows: list[tuple[Answer, ...]], guard: Guard) -> list[list[float]]:
    frames = np.zeros((len(rows), SIDE, SIDE, 3), np.uint8)
    guard.first = rows
    eyes = LooksAgain(guard, [0.5, 0.5])
    found = await eyes.score(frames, ["no guns", "no knives"], deadline=0.0)
    return [[answer.score for answer in row] for row in found]


async def test_a_hit_that_other_views_do_not_show_gets_their_mean() -> None:
    guard = Guard(MISS)
    found = await looked([(MISS, MISS), (HIT, MISS)], guard)
    assert found[0] == [0.1, 0.1]
    assert found[1] == [pytest.approx((0.9 + 0.1 * len(VIEWS)) / (1 + len(VIEWS))), 0.1]
    assert guard.asked == [(len(VIEWS), ["no guns"])]


async def test_a_hit_that_every_view_shows_stays() -> None:
    assert await looked([(HIT, HIT)], Guard(HIT)) == [[pytest.approx(0.9)] * 2]


async def test_without_a_hit_nothing_is_asked() -> None:
    guard = Guard(HIT)
    assert await looked([(MISS, NOTHING)] * 3, guard) == [[0.1, 0.0]] * 3
    assert guard.asked == []


async def test_views_that_say_nothing_take_nothing_away() -> None:
    assert await looked([(HIT, MISS)], Guard(NOTHING)) == [[0.9, 0.1]]


async def test_no_more_frames_are_looked_at_again_than_an_upload_may_cost() -> None:
    guard = Guard(MISS)
    found = await looked([(HIT, MISS)] * (FRAMES_MAX + 5), guard)
    assert guard.asked == [(FRAMES_MAX * len(VIEWS), ["no guns"])]
    assert [row[0] for row in found[-5:]] == [0.9] * 5


def test_the_word_and_the_reason_remain_those_of_the_first_look() -> None:
    assert together(HIT, [MISS]) == Answer("unsafe", 0.5, "a gun")


def test_every_view_shows_nearly_all_of_the_picture_in_its_size() -> None:
    frame = np.zeros((SIDE, SIDE, 3), np.uint8)
    frame[10:90, 10:90] = 200
    shown = views(frame[None])
    assert shown.shape == (len(VIEWS), SIDE, SIDE, 3)
    assert len({view.tobytes() for view in shown}) == len(VIEWS)
    assert all(0.6 < (view > 100).mean() < 0.8 for view in shown)

"""Pools are fresh, the same however a run began, and nothing in them looks like a test picture."""

from itertools import islice

import numpy as np
import pytest

from retrain import supply
from retrain.apart import FIRST, TestPictures
from retrain.bench.likeness import fingerprint
from retrain.pool import render
from retrain.scenes import random_twins
from retrain.supply import draw_pool, pools, without
from retrain.testsets import LEVEL_SETS

TWINS = 8


@pytest.fixture(autouse=True)
def few_test_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "_tests", TestPictures(LEVEL_SETS[:1], 0.05))
    monkeypatch.setattr(supply, "TWINS", TWINS)


def test_pool_k_is_the_same_wherever_a_run_begins_and_no_two_are_alike() -> None:
    first, second = islice(pools(0, 1, 4), 2)
    again = next(pools(0, 1, 5))
    assert np.array_equal(second.pictures, again.pictures)
    assert not np.array_equal(first.pictures[:2], second.pictures[:2])


def test_seeds_and_stages_draw_different_pictures() -> None:
    one, *others = (
        draw_pool(*numbers).pictures[:2] for numbers in ((0, 0, 0), (1, 0, 0), (0, 1, 0))
    )
    assert not any(np.array_equal(one, other) for other in others)


def test_twins_that_look_like_a_test_picture_are_left_out() -> None:
    rng = np.random.default_rng(0)
    pool = render([random_twins(rng) for _ in range(TWINS)], rng)
    leaked = pool.scene(5), pool.pictures[5]

    class Tests(TestPictures):
        """The test pictures hold one of the pool's."""

        def __init__(self) -> None:
            looks = fingerprint(leaked[1])[None]
            self._prints = {(leaked[0].place, leaked[0].aspect): looks}
            self._first = {key: value[:, FIRST] for key, value in self._prints.items()}

    assert without(pool, Tests()).twins == (*pool.twins[:2], *pool.twins[3:])

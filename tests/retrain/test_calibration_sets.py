"""The two sets of a calibration share no policy, with each other, training or any test set."""

from functools import cache

import pytest

from retrain.calibration_sets import Drawn, draw_set, key_of, tested
from retrain.testsets import unseen_combination

PAIRS = 12

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]  # all test sets are drawn once


@cache
def drawn(name: str) -> Drawn:
    return draw_set(name, PAIRS)


def test_no_policy_is_in_both_sets_or_in_a_test_set() -> None:
    fit, test = ({key_of(pair.policy) for pair in drawn(name).pairs} for name in ("fit", "test"))
    assert not fit & test and not (fit | test) & tested()


def test_every_policy_decides_by_a_combination_that_training_never_shows() -> None:
    for name in ("fit", "test"):
        assert all(unseen_combination(pair.policy, pair.twins) for pair in drawn(name).pairs)


def test_half_of_the_pictures_violate() -> None:
    assert drawn("fit").unsafe.reshape(-1, 2).sum(1).tolist() == [1] * PAIRS
    assert len(drawn("fit").frames) == len(drawn("fit").texts) == 2 * PAIRS


def test_a_set_is_the_same_again() -> None:
    assert draw_set("test", 3).texts == drawn("test").texts[:6]

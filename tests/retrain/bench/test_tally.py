"""Counts and figures are those that one works out by hand."""

import numpy as np
import pytest

from engines.safeguard.answer import Word
from retrain.bench import tally
from retrain.bench.case import Case

HAND: list[tuple[bool, Word]] = [  # is it unsafe, what was said
    (True, "unsafe"),
    (True, "unsafe"),
    (True, "safe"),
    (False, "unsafe"),
    (False, "safe"),
]


def counted(rows: list[tuple[bool, Word]], paired: bool = False) -> tally.Tally:
    cases = [
        Case("", "g", "p", unsafe, str(i // 2), str(i // 2) if paired else "")
        for i, (unsafe, _) in enumerate(rows)
    ]
    return tally.tally(cases, [word for _, word in rows])


def value(counted: tally.Tally, figure: tally.Figure) -> float:
    return counted.interval(tally.together(figure))["mean"]


def test_f1_and_accuracy_are_those_of_the_textbook() -> None:
    assert value(counted(HAND), tally.f1) == pytest.approx(4 / 6, abs=1e-4)
    assert value(counted(HAND), tally.accuracy) == 0.6


def test_f1_is_nothing_where_nothing_is_unsafe() -> None:
    assert value(counted([(False, "safe")] * 4), tally.f1) == 0.0


@pytest.mark.parametrize("unsafe", [True, False])
def test_an_unparsable_word_is_wrong_whatever_was_right(unsafe: bool) -> None:
    found = counted([(unsafe, "unparsable"), (True, "unsafe")])
    assert value(found, tally.accuracy) == value(found, tally.invalid) == 0.5
    assert value(found, tally.f1) == pytest.approx(2 / 3, abs=1e-4)


def test_a_pair_is_right_if_both_are() -> None:
    rows: list[tuple[bool, Word]] = [
        (True, "unsafe"), (False, "safe"),  # seen
        (True, "unsafe"), (False, "unsafe"),  # not seen
        (False, "safe"), (False, "safe"),  # both safe: a pair, but no difference to be seen
    ]  # fmt: skip
    found = counted(rows, paired=True)
    assert (found.count("pairs"), found.count("flips")) == (3, 2)
    assert value(found, tally.strict_pair) == pytest.approx(2 / 3, abs=1e-4)
    assert value(found, tally.flips) == 0.5


def test_a_row_whose_twin_is_missing_is_no_pair() -> None:
    assert counted([(True, "unsafe")], paired=True).count("pairs") == 0


def test_the_interval_is_the_binomial_one_where_rows_are_independent() -> None:
    rng = np.random.default_rng(5)
    cases = [Case("", "g", "p", False, str(i)) for i in range(400)]
    words: list[Word] = ["safe" if right else "unsafe" for right in rng.random(400) < 0.8]
    found = tally.tally(cases, words).interval(tally.together(tally.accuracy))
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * 0.4 / 20, rel=0.15)


def test_rows_of_one_scene_are_resampled_together() -> None:
    words: list[Word] = ["safe", "unsafe"] * 50
    each = [Case("", "g", "p", False, str(i)) for i in range(100)]
    twice = [Case("", "g", "p", False, str(i % 50)) for i in range(100)]
    apart, together = (
        tally.tally(cases, words).interval(tally.together(tally.accuracy))
        for cases in (each, twice)
    )
    assert together["mean"] == apart["mean"] == 0.5
    assert together["high"] - together["low"] > 1.2 * (apart["high"] - apart["low"])

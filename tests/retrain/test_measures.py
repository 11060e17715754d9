"""Figures are what they are called."""

from itertools import islice

from engines.safeguard.answer import Answer, rationale_of
from retrain.measures import figures, read_trace
from retrain.testsets import SETS, draw_pairs

PAIRS = list(islice(draw_pairs(SETS[0]), 30))


def perfect() -> list[Answer]:
    return [
        Answer(word, 0.0, rationale_of(trace))
        for pair in PAIRS
        for word, trace in zip(pair.words, pair.traces, strict=True)
    ]


def test_a_perfect_guard_has_perfect_figures() -> None:
    found = figures(PAIRS, perfect())
    assert found["accuracy"] == found["strict_pair"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert found["f1"] == found["clauses_right"] == found["scene_described_right"] == 1.0
    assert sum(group["pairs"] for group in found["strict_pair_by_kind"].values()) == 30


def test_a_guard_that_always_says_unsafe_gets_no_pair() -> None:
    found = figures(PAIRS, [Answer("unsafe", 1.0, "")] * 60)
    assert found["accuracy"]["mean"] == 0.5 and found["strict_pair"]["mean"] == 0.0
    assert found["f1"] == 0.667


def test_unparsable_counts_as_wrong() -> None:
    found = figures(PAIRS, [Answer("unparsable", 0.5, "")] * 60)
    assert found["accuracy"]["mean"] == 0.0 and found["unparsable"] == 1.0


def test_a_rationale_in_another_form_is_no_trace() -> None:
    for text in ("", "nowhere : 1 gun", "kitchen : gun", "kitchen : 1 cat", "kitchen : 1"):
        assert read_trace(text) is None

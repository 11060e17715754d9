"""The worst seed counts, and a missed bar is named."""

from typing import Any

import pytest

from retrain.bars import BARS, against_bars


def evaluation(**changed: float) -> dict[str, Any]:
    figures = {"seen": 0.95, "pair": 0.9, "kind": 0.8, "sentences": 0.85, "macro": 0.95} | changed
    seen = {
        "accuracy": {"mean": figures["seen"]},
        "strict_pair": {"mean": figures["pair"]},
        "strict_pair_by_kind": {"ban": {"mean": 0.99}, "count": {"mean": figures["kind"]}},
    }
    others = {"unseen_combinations": 0.93, "unseen_sentences": figures["sentences"]}
    sets = {name: {"accuracy": {"mean": mean}} for name, mean in others.items()}
    baselines = {"always unsafe": 0.63, "count of objects": 0.7}
    return {
        "sets": {"seen": seen, **sets},
        "macro": {"mean": figures["macro"], "baselines": baselines},
    }


def test_good_seeds_miss_nothing() -> None:
    table, missed = against_bars(["a", "b"], [evaluation(), evaluation(pair=0.86)])
    assert missed == [] and table.row_count == len(BARS)


@pytest.mark.parametrize(
    ("figure", "value", "bar"),
    [
        ("seen", 0.919, "balanced accuracy"),
        ("pair", 0.84, "strict pairs"),
        ("kind", 0.7, "strict pairs, worst kind of rule"),
        ("sentences", 0.79, "unseen paraphrases"),
    ],
)
def test_one_seed_below_a_bar_misses_it(figure: str, value: float, bar: str) -> None:
    _, missed = against_bars(["a", "b"], [evaluation(), evaluation(**{figure: value})])
    assert missed == [bar]


def test_a_macro_that_a_guesser_comes_near_is_missed() -> None:
    _, missed = against_bars(["a"], [evaluation(macro=0.84)])
    assert missed == ["macro L1 … L5", "macro above the best guesser"]

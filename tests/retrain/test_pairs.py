"""Every pair is strict, and counting does not solve it."""

from itertools import islice

import numpy as np

from retrain.baselines import baselines
from retrain.held_out import trainable
from retrain.pairs import separates
from retrain.rules import RulePolicy
from retrain.testsets import SETS, StrictPair, draw_pairs

PAIRS = list(islice(draw_pairs(SETS[0]), 200))


def test_twins_differ_in_one_object_alone() -> None:
    for pair in PAIRS:
        one, other = pair.scenes
        differences = [a != b for a, b in zip(one.objects, other.objects, strict=True)]
        assert sum(differences) == 1
        assert (one.place, one.slots, one.looks, one.seed) == (
            other.place,
            other.slots,
            other.looks,
            other.seed,
        )


def test_twins_have_opposite_labels_under_one_text() -> None:
    for pair in PAIRS:
        assert {*pair.words} == {"safe", "unsafe"}
        assert separates(pair.policy, pair.twins)


def test_no_held_out_combination_is_in_a_trained_pair() -> None:
    for pair in PAIRS:
        one, other = pair.scenes
        assert trainable(pair.policy, one.place, one.objects, other.objects)


def test_the_unsafe_scene_has_more_kinds_half_of_the_time() -> None:
    leans = [more_kinds(pair) for pair in PAIRS]
    assert abs(sum(leans)) <= len(leans) ** 0.5 * 2


def test_tables_of_counts_find_nothing() -> None:
    assert all(accuracy <= 0.55 for accuracy in baselines(1500).values())


def more_kinds(pair: StrictPair) -> int:
    unsafe, safe = pair.scenes if pair.words[0] == "unsafe" else pair.scenes[::-1]
    return int(np.sign(len({*unsafe.objects}) - len({*safe.objects})))


def test_rules_are_about_different_objects() -> None:
    def names(policy: RulePolicy) -> list[str]:
        return [rule.name for rule in policy.rules]

    assert all(len({*names(p.policy)}) == len(names(p.policy)) for p in PAIRS)

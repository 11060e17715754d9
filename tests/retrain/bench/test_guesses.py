"""Baselines know what they are said to know and no more."""

from retrain.bench.case import Case
from retrain.bench.facts import Facts
from retrain.bench.guesses import blind, informed


def case(scene: int, unsafe: bool, group: str = "L2") -> Case:
    return Case("", group, "p", unsafe, str(scene), str(scene))


def fact(objects: int, banned: bool = False) -> Facts:
    return Facts("street", ["gun"] * objects, banned, "ban")


def test_the_best_constant_of_each_group_is_its_majority() -> None:
    cases = [case(0, True), case(1, True), case(2, False), case(3, False, "L1")]
    found = blind(cases)
    assert found["majority of the group"] == ["unsafe", "unsafe", "unsafe", "safe"]
    assert found["always safe"] == ["safe"] * 4


def test_the_default_sentence_is_what_the_policy_says_of_the_rest() -> None:
    cases = [case(0, True), case(1, True)]
    assert informed(cases, [fact(1, True), fact(1)])["default sentence"] == ["unsafe", "safe"]


def test_counting_pays_where_labels_follow_counts() -> None:
    cases = [case(i, i % 4 < 2) for i in range(20)]
    facts = [fact(3 if i % 4 < 2 else 1) for i in range(20)]
    right = ["unsafe" if case.unsafe else "safe" for case in cases]
    assert informed(cases, facts)["count of objects"] == right


def test_a_table_is_not_asked_about_what_it_was_fitted_on() -> None:
    cases = [case(i, i % 2 == 0) for i in range(10)]
    alone = [fact(i + 1) for i in range(10)]  # a count for every scene: a table could memorise
    assert informed(cases, alone)["count of objects"] == ["unsafe"] * 10

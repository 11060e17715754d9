"""A policy means what its rules say."""

import pytest

from retrain.rules import Rule, RulePolicy

TABLE = [  # rule, place, objects, violates
    (Rule("gun", "ban"), "beach", ("gun",), True),
    (Rule("gun", "ban"), "beach", ("flag",), False),
    (Rule("gun", "allow"), "beach", ("gun",), False),
    (Rule("gun", "except", "museum"), "museum", ("gun",), False),
    (Rule("gun", "except", "museum"), "beach", ("gun", "flag"), True),
    (Rule("gun", "with", "adult"), "beach", ("gun", "adult"), False),
    (Rule("gun", "with", "adult"), "beach", ("gun", "child"), True),
    (Rule("gun", "with", "adult"), "beach", ("child",), False),
    (Rule("gun", "where", "beach"), "beach", ("gun",), True),
    (Rule("gun", "where", "beach"), "museum", ("gun",), False),
    (Rule("gun", "count", "2"), "beach", ("gun", "flag"), False),
    (Rule("gun", "count", "2"), "beach", ("gun", "gun"), True),
    (Rule("gun", "count", "3"), "beach", ("gun", "gun"), False),
]


@pytest.mark.parametrize(("rule", "place", "objects", "violates"), TABLE)
def test_one_rule_decides_about_its_object(
    rule: Rule, place: str, objects: tuple[str, ...], violates: bool
) -> None:
    assert RulePolicy((rule,), rest_banned=False).violates(place, objects) is violates


def test_the_rest_is_what_no_rule_names() -> None:
    policy = RulePolicy((Rule("flag", "allow"),), rest_banned=True)
    assert not policy.violates("beach", ("flag", "flag"))
    assert policy.violates("beach", ("flag", "pill"))
    assert policy.clause_of("pill") == "else banned" and policy.clause_of("flag") == "allowed"

"""What a policy's fields demand of each other."""

from typing import Any

import pytest

from policies.policy import check
from tests.policies.cases import policy
from topics.errors import PolicyError

BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"k": 3, "n": 2}, "k at most n"),
    ({"actions": {}}, "at least one of label, restrict, remove"),
    ({"actions": {"label": 0.9, "remove": 0.5}}, "label at most remove"),
    ({"actions": {"restrict": 0.9, "remove": 0.5}}, "restrict at most remove"),
    ({"actions": {"label": 0.0}}, "label above 0"),
    ({"mode": "canary"}, "canary_percent beside mode canary"),
    ({"canary_percent": 5.0}, "in mode canary only, got it in mode live"),
    ({"text": "\n"}, "text is blank"),
    ({"title": ""}, "title is blank"),
    ({"paraphrases": ("no guns", " ")}, "a paraphrase is blank"),
    ({"minimum_seconds": 4000.0}, "minimum_seconds at most 3600, got 4000"),
    ({"daily_quota": {"label": 5}}, "a threshold for label, whose quota is given"),
    ({"regions": ("DE ",)}, "regions without blanks"),
    ({"surfaces": ("",)}, "surfaces without blanks"),
]


@pytest.mark.parametrize(("fields", "said"), BROKEN)
def test_a_broken_rule_is_said(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        check(policy(**fields))


GOOD: list[dict[str, Any]] = [
    {},
    {"k": 1, "n": 1},
    {"actions": {"label": 0.5, "remove": 0.5}},  # equal thresholds: the harder one is taken
    {"mode": "canary", "canary_percent": 5.0},
    {"mode": "retired"},
    {"daily_quota": {"remove": 5}, "actions": {"label": 0.5}, "on_unjudged": "remove"},
    {"minimum_seconds": 3600.0},
]


@pytest.mark.parametrize("fields", GOOD)
def test_a_good_policy_breaks_no_rule(fields: dict[str, Any]) -> None:
    check(policy(**fields))

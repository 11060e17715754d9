"""The order of actions."""

from policies.severity import hardest, is_harder, lowest_threshold, thresholds
from tests.policies.cases import policy


def test_review_replaces_allow_and_nothing_harder() -> None:
    assert hardest(["allow", "review"]) == "review"
    assert hardest(["review", "label"]) == "label"
    assert hardest(["remove", "restrict", "review"]) == "remove"
    assert hardest([]) == "allow"
    assert not is_harder("review", "review")


def test_thresholds_stand_from_mild_to_hard() -> None:
    made = policy(actions={"remove": 0.9, "label": 0.4})
    assert thresholds(made) == (("label", 0.4), ("remove", 0.9))
    assert lowest_threshold(made) == 0.4

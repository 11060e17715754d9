"""Thresholds are put where violations are found and clean videos are not flagged."""

from tests.workers.guard_video.made import outcome, shown, violation
from workers.guard_video.fitting import Tried, cheapest, fit
from workers.guard_video.judging import Outcome

GUILTY = violation("weapons", 10, 16)


def videos() -> list[Outcome]:
    """Violations score 0.9; clean videos hold 0.8 for long, or 0.95 for a single frame."""
    guilty = [outcome(f"g{i}", GUILTY, scores={"weapons": shown(0.9, 10, 16)}) for i in range(4)]
    seen = [outcome(f"s{i}", scores={"weapons": shown(0.8, 20, 40)}) for i in range(20)]
    flashes = [outcome(f"f{i}", scores={"weapons": shown(0.95, 30, 31)}) for i in range(20)]
    return [*guilty, *seen, *flashes]


def test_what_separates_violations_from_errors_is_found() -> None:
    tuned = fit(videos(), "guard@1", lambda: None)
    assert 0.8 < tuned.thresholds["weapons"] <= 0.9
    assert tuned.k > 1 and (tuned.clips, tuned.build) == (44, "guard@1")


def test_a_policy_is_silenced_where_its_errors_cost_more_than_the_budget_allows() -> None:
    errors = frozenset(f"v{i}" for i in range(9))
    ways = [Tried(0.5, errors, 3), Tried(0.9, frozenset(), 1)]
    assert cheapest({"weapons": ways}, (2, 3), budget=2).chosen["weapons"] == ways[1]
    assert cheapest({"weapons": ways}, (2, 3), budget=9).chosen["weapons"] == ways[0]


def test_of_equal_thresholds_the_middle_is_taken() -> None:
    ways = [Tried(at / 10, frozenset(), 3) for at in range(5, 10)]
    assert cheapest({"weapons": ways}, (2, 3), budget=0).chosen["weapons"].threshold == 0.7

"""Daily quotas: what is left, over all workers."""

from datetime import date
from typing import Literal

from policies.decide import decide
from policies.quota import Counts, counted, record_key, remaining, spent_by
from tests.policies.cases import OCCASION, UPLOAD, judged, judgement, policy
from topics.quota_counts import QuotaCount

TODAY, YESTERDAY = date(2026, 11, 25), date(2026, 11, 24)
LIMITED = policy(daily_quota={"remove": 10})


def count(
    day: date, worker: str, number: int, action: Literal["label", "remove"] = "remove"
) -> QuotaCount:
    return QuotaCount(day=day, policy_id="weapons", action=action, worker_id=worker, count=number)


def counts(*records: QuotaCount) -> Counts:
    held: Counts = {}
    for record in records:
        held = counted(held, record, TODAY)
    return held


def test_what_is_left_is_the_quota_less_the_sum_over_workers() -> None:
    held = counts(count(TODAY, "w-0", 3), count(TODAY, "w-1", 4), count(TODAY, "w-0", 5))
    assert remaining([LIMITED], held, TODAY) == {("weapons", "remove"): 1}


def test_an_overshoot_leaves_nothing() -> None:
    assert remaining([LIMITED], counts(count(TODAY, "w", 12)), TODAY)["weapons", "remove"] == 0


def test_an_action_without_quota_is_not_limited() -> None:
    assert remaining([policy()], counts(count(TODAY, "w", 99)), TODAY) == {}
    held = counts(count(TODAY, "w", 99, "label"))
    assert remaining([LIMITED], held, TODAY) == {("weapons", "remove"): 10}


def test_a_new_day_starts_anew_and_forgets_the_old_one() -> None:
    held = counts(count(YESTERDAY, "w", 10), count(TODAY, "w", 2))
    assert remaining([LIMITED], held, TODAY) == {("weapons", "remove"): 8}
    assert remaining([LIMITED], held, date(2026, 11, 26)) == {("weapons", "remove"): 10}
    assert len(held) == 1


def test_a_worker_whose_clock_is_ahead_takes_nothing_from_today() -> None:
    held = counts(count(TODAY, "w-0", 10), count(date(2026, 11, 26), "w-1", 1))
    assert remaining([LIMITED], held, TODAY) == {("weapons", "remove"): 0}


def test_a_verdict_spends_one_of_each_action_it_takes() -> None:
    hit: list[float | None] = [0.95] * 3
    shadow = judged(hit, policy("new", mode="shadow"), decides=False)
    said = judgement(judged(hit, LIMITED), judged([0.0] * 3, policy("knives")), shadow)
    assert spent_by(decide(UPLOAD, OCCASION, said, {})[0]) == (("weapons", "remove"),)
    spent = decide(UPLOAD, OCCASION, said, {("weapons", "remove"): 0})[0]
    assert spent.action == "review" and spent_by(spent) == ()


def test_a_record_is_keyed_by_day_policy_action_and_worker() -> None:
    assert record_key(count(TODAY, "w-0", 1)) == "2026-11-25/weapons/remove/w-0"

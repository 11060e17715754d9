"""Count decisions against the daily quotas of policies; pure.

`quota-counts` holds one count per UTC day, policy, action and worker; the newest record of a key
is the count. A quota is reserved before its verdict is published, so it may be overshot by at most
what all workers have in flight.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from policies.severity import ENFORCED
from topics.policies import Policy
from topics.quota_counts import QuotaCount
from topics.verdicts import Verdict

Key = tuple[date, str, str, str]  # UTC day, policy, action, worker
Counts = Mapping[Key, int]


def counted(counts: Counts, record: QuotaCount, today: date) -> Counts:
    """The counts after one more record; days that are over are forgotten."""
    if record.day < today:
        return counts
    kept = {key: count for key, count in counts.items() if key[0] >= today}
    return kept | {(record.day, record.policy_id, record.action, record.worker_id): record.count}


def remaining(
    policies: Iterable[Policy], counts: Counts, today: date
) -> dict[tuple[str, str], int]:
    """Decisions left on a UTC day by (policy id, action), over all workers; never below 0.

    Only actions with a quota are in it. At midnight `today` alone starts everything anew.
    """
    taken: dict[tuple[str, str], int] = {}
    for (day, policy_id, action, _), count in counts.items():
        if day == today:
            taken[policy_id, action] = taken.get((policy_id, action), 0) + count
    return {
        (policy.id, action): max(0, quota - taken.get((policy.id, action), 0))
        for policy in policies
        for action, quota in policy.daily_quota.items()
    }


def spent_by(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """The (policy id, action) pairs that a verdict takes from their quotas: one of each."""
    return tuple(
        (result.policy_id, result.action)
        for result in verdict.policies
        if result.mode != "shadow" and result.action in ENFORCED
    )


def record_key(record: QuotaCount) -> str:
    """The record's key in the topic: UTC-day/policy/action/worker."""
    return f"{record.day.isoformat()}/{record.policy_id}/{record.action}/{record.worker_id}"

"""The order of actions, and which action a score earns under a policy.

`review` stands between `allow` and `label`: it replaces `allow` and nothing harder
(DESIGN.md section 1). `error` is no answer of `decide`, so it has no place here.
"""

from collections.abc import Iterable
from typing import Literal

from topics.fields import Action
from topics.policies import Policy

Enforced = Literal["label", "restrict", "remove"]

ENFORCED: tuple[Enforced, ...] = ("label", "restrict", "remove")  # mildest first
ORDER: tuple[Action, ...] = ("allow", "review", *ENFORCED)


def hardest(actions: Iterable[Action]) -> Action:
    """The hardest of some actions; `allow` where there is none."""
    return max(actions, key=ORDER.index, default="allow")


def is_harder(action: Action, than: Action) -> bool:
    """Whether one action replaces another."""
    return ORDER.index(action) > ORDER.index(than)


def thresholds(policy: Policy) -> tuple[tuple[Enforced, float], ...]:
    """The actions a policy may take with the score each needs, mildest action first."""
    given = {
        "label": policy.actions.label,
        "restrict": policy.actions.restrict,
        "remove": policy.actions.remove,
    }
    return tuple((action, score) for action in ENFORCED if (score := given[action]) is not None)


def lowest_threshold(policy: Policy) -> float:
    """The score from which a stretch violates the policy at all."""
    return min((score for _, score in thresholds(policy)), default=1.0)

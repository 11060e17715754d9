"""What the fields of a policy demand of each other: a list of small rules.

Each names the field it is about and yields a sentence for what is wrong: expected, then found.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from policies.document import Path
from policies.severity import thresholds
from topics.policies import Policy

MINIMUM_SECONDS_MAX = 3600.0  # a longer segment than an hour is surely a mistake in the unit


@dataclass(frozen=True)
class Rule:
    """path: the field a message points to; broken: the sentences for what is wrong."""

    path: Path
    broken: Callable[[Policy], Iterator[str]]


def _texts(policy: Policy) -> Iterator[str]:
    if not policy.text.strip():
        yield "text is blank, so the guard would have nothing to read"
    if any(not text.strip() for text in policy.paraphrases):
        yield "a paraphrase is blank"


def _title(policy: Policy) -> Iterator[str]:
    if not policy.title.strip():
        yield "title is blank"


def _k_of_n(policy: Policy) -> Iterator[str]:
    if policy.k > policy.n:
        yield f"expected k at most n, got k = {policy.k} of n = {policy.n}"


def _actions(policy: Policy) -> Iterator[str]:
    given = thresholds(policy)
    if not given:
        yield "expected a threshold for at least one of label, restrict, remove, got none"
    for action, score in given:
        if score == 0:
            yield f"expected {action} above 0, got 0, which every video reaches"
    for (mild, low), (hard, high) in pairwise(given):
        if low > high:
            yield f"expected {mild} at most {hard}, got {mild} = {low} and {hard} = {high}"


def _canary(policy: Policy) -> Iterator[str]:
    if policy.mode == "canary" and policy.canary_percent is None:
        yield "expected canary_percent beside mode canary, got none"
    if policy.mode != "canary" and policy.canary_percent is not None:
        yield f"expected canary_percent in mode canary only, got it in mode {policy.mode}"


def _minimum(policy: Policy) -> Iterator[str]:
    if policy.minimum_seconds > MINIMUM_SECONDS_MAX:
        got = policy.minimum_seconds
        yield f"expected minimum_seconds at most {MINIMUM_SECONDS_MAX:g}, got {got:g}"


def _quota(policy: Policy) -> Iterator[str]:
    taken = {action for action, _ in thresholds(policy)} | {policy.on_unjudged}
    for action in sorted(set(policy.daily_quota) - taken):
        yield f"expected a threshold for {action}, whose quota is given, got none"


def _places(policy: Policy) -> Iterator[str]:
    for name, places in (("regions", policy.regions), ("surfaces", policy.surfaces)):
        if any(not place.strip() or place != place.strip() for place in places):
            yield f"expected {name} without blanks around them, got {list(places)}"


RULES = (
    Rule(("text",), _texts),
    Rule(("title",), _title),
    Rule(("k",), _k_of_n),
    Rule(("actions",), _actions),
    Rule(("canary_percent",), _canary),
    Rule(("minimum_seconds",), _minimum),
    Rule(("daily_quota",), _quota),
    Rule(("regions",), _places),
)

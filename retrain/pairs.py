"""Draw policies under which twins get opposite labels: the strict pairs.

Counts alone give balanced labels away: of two scenes the one with more kinds of objects is the
unsafe one in 58 of 100 pairs. `Balance` brings that down to one half.
"""

from collections import Counter
from collections.abc import Callable, Hashable

import numpy as np

from engines.scenes.world import OBJECTS, PLACES

from .held_out import trainable
from .rules import COUNTS, KINDS, Rule, RulePolicy
from .scenes import Twins

RULES_MIN, RULES_MAX = 1, 5  # of a policy, beside what holds for the rest
NAMED_SHARE = 0.8  # of the objects present are named by a rule
HERE_SHARE = 0.5  # of the `except` rules name the place of the scene
COMPANION_SHARE = 0.6  # of the `with` rules ask for something present
REST_BANNED_SHARE = 0.4
TRIES = 200

Allowed = Callable[[RulePolicy, Twins], bool]
Draw = Callable[[Twins, np.random.Generator], RulePolicy]


class Balance:
    """Accept pairs so that counts say nothing about the label.

    For every combination of what a table could be built on, the pairs in which the unsafe scene has
    more kinds of objects and those in which it has fewer take turns, from a random start on.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        """Nothing seen yet."""
        self._rng = rng
        self._more_is_next: dict[Hashable, bool] = {}

    def accepts(self, policy: RulePolicy, twins: Twins) -> bool:
        """Whether this pair may be used; takes its turn if so."""
        one, other = len(set(twins.one.objects)), len(set(twins.other.objects))
        if one == other:
            return True
        more = policy.violates(twins.one.place, twins.one.objects) == (one > other)
        kinds = Counter(rule.kind for rule in policy.rules)
        known = (policy.rest_banned, kinds["ban"], kinds["allow"], len(policy.rules))
        key = (*known, len(twins.one.objects), min(one, other))
        if key not in self._more_is_next:
            self._more_is_next[key] = bool(self._rng.random() < 0.5)
        if self._more_is_next[key] != more:
            return False
        self._more_is_next[key] = not more
        return True


def trained(policy: RulePolicy, twins: Twins) -> bool:
    """No held-out combination in either scene."""
    return trainable(policy, twins.one.place, twins.one.objects, twins.other.objects)


def pair_policy(
    twins: Twins,
    draw: Draw,
    rng: np.random.Generator,
    balance: Balance,
    allowed: Allowed = trained,
) -> RulePolicy | None:
    """A policy that separates the twins, or None if none was found."""
    for _ in range(TRIES):
        policy = draw(twins, rng)
        if separates(policy, twins) and allowed(policy, twins) and balance.accepts(policy, twins):
            return policy
    return None


def of_size(rules: int) -> Draw:
    """Random policies with so many rules."""
    return lambda twins, rng: random_policy(twins, rules, rng)


def separates(policy: RulePolicy, twins: Twins) -> bool:
    """Whether exactly one of the twins violates."""
    one, other = twins.one, twins.other
    return policy.violates(one.place, one.objects) != policy.violates(other.place, other.objects)


def random_policy(twins: Twins, rules: int, rng: np.random.Generator) -> RulePolicy:
    """Rules about what is present, most of the time, and about other objects."""
    here = list(dict.fromkeys(twins.one.objects + twins.other.objects))
    named = [name for name in here if rng.random() < NAMED_SHARE]
    absent = [name for name in OBJECTS if name not in here]
    pool = [*_shuffled(named, rng), *_shuffled(absent, rng)][:rules]
    drawn = tuple(_random_rule(name, here, twins.one.place, rng) for name in pool)
    return RulePolicy(drawn, bool(rng.random() < REST_BANNED_SHARE))


def _random_rule(name: str, here: list[str], place: str, rng: np.random.Generator) -> Rule:
    kind = KINDS[int(rng.integers(len(KINDS)))]
    if kind == "except":
        somewhere = PLACES[int(rng.integers(len(PLACES)))]
        return Rule(name, kind, place if rng.random() < HERE_SHARE else somewhere)
    if kind == "with":
        present = [other for other in here if other != name]
        anything = [other for other in OBJECTS if other != name]
        choices = present if present and rng.random() < COMPANION_SHARE else anything
        return Rule(name, kind, choices[int(rng.integers(len(choices)))])
    if kind == "count":
        return Rule(name, kind, COUNTS[int(rng.integers(len(COUNTS)))])
    return Rule(name, kind)


def _shuffled(names: list[str], rng: np.random.Generator) -> list[str]:
    return [names[i] for i in rng.permutation(len(names))]

"""Say what a policy means: rules about objects, and the label of a scene under them.

Five kinds of rule; every label, trace and test set follows from `violates`.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from engines.scenes.world import OBJECTS, PLACES

KINDS = ("ban", "allow", "except", "with", "count")
COUNTS = ("2", "3")  # objects from which a `count` rule bans
HELD_OUT_SHARE = 0.15  # of (object, kind, place)
HELD_OUT_SEED = 77


@dataclass(frozen=True)
class Rule:
    """What holds for one kind of object."""

    name: str  # the object
    kind: str  # one of KINDS
    argument: str = ""  # except: the place; with: the other object; count: the number

    def bans(self, place: str, objects: tuple[str, ...]) -> bool:
        """Whether its object violates in this scene."""
        match self.kind:
            case "ban":
                return True
            case "allow":
                return False
            case "except":
                return place != self.argument
            case "with":
                return self.argument not in objects
        return objects.count(self.name) >= int(self.argument)

    @property
    def clause(self) -> str:
        """The rule in the guard's own words."""
        word = {"ban": "banned", "allow": "allowed"}.get(self.kind, self.kind)
        return f"{word} {self.argument}".strip()


@dataclass(frozen=True)
class RulePolicy:
    """Rules about different objects, and what holds for all others."""

    rules: tuple[Rule, ...]
    rest_banned: bool

    def rule_of(self, name: str) -> Rule | None:
        """The rule that names this object."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def clause_of(self, name: str) -> str:
        """What the guard has to say about this object."""
        rule = self.rule_of(name)
        return rule.clause if rule else self.rest_clause

    @property
    def rest_clause(self) -> str:
        """What the guard has to say about an object without a rule."""
        return "else banned" if self.rest_banned else "else allowed"

    def bans(self, name: str, place: str, objects: tuple[str, ...]) -> bool:
        """Whether one object of the scene violates."""
        rule = self.rule_of(name)
        return rule.bans(place, objects) if rule else self.rest_banned

    def violates(self, place: str, objects: tuple[str, ...]) -> bool:
        """The label: whether anything in the scene violates."""
        return any(self.bans(name, place, objects) for name in set(objects))


def _held_out() -> frozenset[tuple[str, str, str]]:
    triples = list(product(OBJECTS, KINDS, PLACES))
    order = np.random.default_rng(HELD_OUT_SEED).permutation(len(triples))
    return frozenset(triples[i] for i in order[: int(len(triples) * HELD_OUT_SHARE)])


HELD_OUT = _held_out()  # (object, kind, place) that no training row combines


def held_out_in(policy: RulePolicy, place: str, objects: tuple[str, ...]) -> set[str]:
    """Objects of the scene whose rule is held out in this place."""
    ruled = ((name, policy.rule_of(name)) for name in set(objects))
    return {name for name, rule in ruled if rule and (name, rule.kind, place) in HELD_OUT}


def trainable(policy: RulePolicy, place: str, *scenes: tuple[str, ...]) -> bool:
    """No held-out triple: neither decided here, nor named by an `except` rule."""
    named = ((rule.name, "except", rule.argument) for rule in policy.rules if rule.kind == "except")
    return not HELD_OUT.intersection(named) and not any(
        held_out_in(policy, place, objects) for objects in scenes
    )

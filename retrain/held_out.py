"""Which combinations of object, kind of rule and place no training row may show.

The ones that decide under the five levels, and chance for the rest of the share.
"""

from itertools import product

import numpy as np

from engines.scenes.world import OBJECTS, PLACES

from .levels import LEVELS
from .rules import KINDS, RulePolicy

SHARE = 0.15  # of (object, kind, place)
SEED = 77

Triple = tuple[str, str, str]


def _held_out() -> frozenset[Triple]:
    chosen = {triple for level in LEVELS for triple in level.triples}
    others = [triple for triple in product(OBJECTS, KINDS, PLACES) if triple not in chosen]
    missing = int(len(OBJECTS) * len(KINDS) * len(PLACES) * SHARE) - len(chosen)
    order = np.random.default_rng(SEED).permutation(len(others))[:missing]
    return frozenset(chosen | {others[i] for i in order})


HELD_OUT = _held_out()


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

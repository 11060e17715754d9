"""Draw pairs for a calibration: one set to fit it on, one to measure it on.

Every policy decides by a combination that training never shows, none is a policy of the test sets,
and none is in both sets. Half of the texts are of trained sentence patterns, half of held-out ones.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from .compose import SEEN, UNSEEN
from .levels import LEVELS
from .pairs import RULES_MAX, RULES_MIN, Balance, of_size, pair_policy
from .pool import render
from .rules import RulePolicy
from .scenes import Twins, random_twins
from .sentences import Writer
from .testsets import LEVEL_SETS, SETS, StrictPair, draw_pairs, unseen_combination

SEEDS = {"fit": 80_001, "test": 80_002}

Key = tuple[tuple[str, ...], bool]


@dataclass(frozen=True)
class Drawn:
    """Pairs, and their pictures in order: (2 * pairs, side, side, 3)."""

    pairs: list[StrictPair]
    frames: NDArray[np.uint8]

    @property
    def texts(self) -> list[str]:
        """The policy of each picture."""
        return [pair.text for pair in self.pairs for _ in pair.scenes]

    @property
    def unsafe(self) -> NDArray[np.bool_]:
        """The truth about each picture."""
        return np.array([word == "unsafe" for pair in self.pairs for word in pair.words])


def draw_set(name: str, pairs: int) -> Drawn:
    """The first pairs of `fit` or `test`; pairs take turns in trained and held-out sentences."""
    drawn = list(islice(_pairs(name), pairs))
    rng = np.random.default_rng((SEEDS[name], 1))
    return Drawn(drawn, render([pair.twins for pair in drawn], rng).pictures)


def key_of(policy: RulePolicy) -> Key:
    """What makes two policies the same one, in whatever words."""
    clauses = sorted(f"{rule.name} {rule.clause}" for rule in policy.rules)
    return tuple(clauses), policy.rest_banned


def side_of(policy: RulePolicy) -> str:
    """Which set a policy may be in."""
    digest = hashlib.sha256(repr(key_of(policy)).encode()).digest()
    return "fit" if digest[0] % 2 else "test"


@cache
def tested() -> frozenset[Key]:
    """The policies of all test sets; drawing them takes some seconds."""
    drawn = (test for test in SETS if test not in LEVEL_SETS)
    pairs = (pair for test in drawn for pair in islice(draw_pairs(test), test.pairs))
    return frozenset(key_of(pair.policy) for pair in pairs) | {
        key_of(level.policy) for level in LEVELS
    }


def _pairs(name: str) -> Iterator[StrictPair]:
    rng = np.random.default_rng(SEEDS[name])
    words = np.random.default_rng((SEEDS[name], 2))
    balance, writers = Balance(rng), [Writer(source, words) for source in (SEEN, UNSEEN)]
    number = 0

    def allowed(policy: RulePolicy, twins: Twins) -> bool:
        mine = side_of(policy) == name and key_of(policy) not in tested()
        return mine and unseen_combination(policy, twins)

    while True:
        twins = random_twins(rng)
        size = of_size(int(rng.integers(RULES_MIN, RULES_MAX + 1)))
        policy = pair_policy(twins, size, rng, balance, allowed)
        if policy:
            yield StrictPair(twins, policy, writers[number % 2].write(policy).text)
            number += 1

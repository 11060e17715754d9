"""Measure what can be guessed without reading the policy or without looking closely.

A data set on which these do better than one half teaches them instead of the policy.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from itertools import islice

from .testsets import SETS, StrictPair, draw_pairs

FITTED_ON = 4000  # pairs behind those of the test

Guess = Callable[[StrictPair, int], Hashable]


def _rest(pair: StrictPair, _: int) -> Hashable:
    return pair.policy.rest_banned


def _counts(pair: StrictPair, which: int) -> Hashable:
    return len(pair.scenes[which].objects), *_policy(pair)


def _kinds(pair: StrictPair, which: int) -> Hashable:
    return len(set(pair.scenes[which].objects)), *_counts_of(pair, which), *_policy(pair)


def _counts_of(pair: StrictPair, which: int) -> tuple[int, ...]:
    return (len(pair.scenes[which].objects),)


def _policy(pair: StrictPair) -> tuple[int, ...]:
    kinds = [rule.kind for rule in pair.policy.rules]
    return int(pair.policy.rest_banned), len(kinds), kinds.count("ban"), kinds.count("allow")


GUESSES: dict[str, Guess] = {
    "rest_sentence": _rest,
    "objects_and_rules": _counts,
    "kinds_of_objects_and_rules": _kinds,
}


def baselines(pairs: int) -> dict[str, float]:
    """Accuracy of tables fitted on other pairs, on the first `pairs` of the seen set."""
    drawn = list(islice(draw_pairs(SETS[0]), pairs + FITTED_ON))
    return {
        "constant": 0.5,
        **{name: _accuracy(guess, drawn[pairs:], drawn[:pairs]) for name, guess in GUESSES.items()},
    }


def _accuracy(guess: Guess, fit: list[StrictPair], test: list[StrictPair]) -> float:
    lean: dict[Hashable, int] = defaultdict(int)
    for pair in fit:
        for which, word in enumerate(pair.words):
            lean[guess(pair, which)] += 1 if word == "unsafe" else -1
    right = [
        (lean[guess(pair, which)] > 0) == (word == "unsafe")
        for pair in test
        for which, word in enumerate(pair.words)
    ]
    return round(sum(right) / len(right), 3)

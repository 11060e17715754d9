"""Turn answers about the five named policies into the paper's macro mean, beside what guessers get.

The figures are those of `reelguard bench safeeditbench`, over the pairs of retrain/testsets.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engines.safeguard.answer import Answer

from .bench import guesses, safeeditbench, tally
from .bench.case import Case
from .bench.facts import Facts
from .testsets import StrictPair

Judged = tuple[Sequence[StrictPair], Sequence[Answer]]  # two answers a pair


def macro(levels: Mapping[str, Judged]) -> dict[str, Any]:
    """The macro mean with its interval, and that of each guesser."""
    cases: list[Case] = []
    facts: list[Facts] = []
    for name, (pairs, _) in levels.items():
        for number, pair in enumerate(pairs):
            scene = f"{name} {number}"
            for picture, word in zip(pair.scenes, pair.words, strict=True):
                known = f"Policy {name}", pair.text, word == "unsafe", scene, scene
                cases.append(Case(scene, *known))
                rest = pair.policy.rest_banned
                facts.append(Facts(picture.place, [*picture.objects], rest, pair.deciding))
    said = [answer.word for _, answers in levels.values() for answer in answers]
    guessed = guesses.blind(cases) | guesses.informed(cases, facts)
    found = safeeditbench.guessed(cases, guessed)
    return {
        **safeeditbench.figures(tally.tally(cases, said))["macro"],
        "baselines": {name: figures["macro"]["mean"] for name, figures in found.items()},
    }

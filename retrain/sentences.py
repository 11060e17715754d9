"""Write a policy in words, from templates that training sees or from those held out.

In training a tenth of the words for what is judged are invented, so that a strange word where it
does not matter is learned to be passed over; now and then a sentence says nothing about any object.
"""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engines.scenes.world import PLURALS

from .compose import Templates
from .grammar import NEUTRAL
from .rules import Rule, RulePolicy

NUMBERS = {"1": "one", "2": "two", "3": "three"}
REST_FIRST_SHARE = 0.25  # of the policies begin with what holds for the rest
NEUTRAL_SHARE = 0.15  # of the policies have a sentence without a rule
INVENTED_SHARE = 0.1  # of the words for what is judged, in training
SYLLABLES = ("ba", "ko", "ri", "mel", "tas", "u", "po", "den", "li", "gar")

Meaning = Rule | Literal["rest", "neutral"]
_A_VOWEL = re.compile(r"\ba (?=[aeiou])")


@dataclass(frozen=True)
class Written:
    """A policy in words; `meanings` says what each sentence is about."""

    text: str
    meanings: tuple[Meaning, ...]


class Writer:
    """Writes from one source of templates; `invents` words in training alone."""

    def __init__(
        self, source: Templates, rng: np.random.Generator, *, invents: bool = False
    ) -> None:
        """One source of chance."""
        self._source, self._rng, self._invents = source, rng, invents

    def write(self, policy: RulePolicy) -> Written:
        """A policy in words, its rules in random order."""
        order = [policy.rules[i] for i in self._rng.permutation(len(policy.rules))]
        said: list[tuple[str, Meaning]] = [(self.sentence(rule), rule) for rule in order]
        rest = self._filled(self._any(self._source.rest[policy.rest_banned]))
        said.insert(0 if self._rng.random() < REST_FIRST_SHARE else len(said), (rest, "rest"))
        if self._rng.random() < NEUTRAL_SHARE:
            place = int(self._rng.integers(len(said) + 1))
            said.insert(place, (self._filled(self._any(list(NEUTRAL))), "neutral"))
        closed = (text if text[-1] in ".?!" else f"{text}." for text, _ in said)
        return Written(" ".join(closed), tuple(what for _, what in said))

    def sentence(self, rule: Rule) -> str:
        """One rule in words."""
        words = {"o": rule.name, "s": PLURALS[rule.name], "p": rule.argument, "q": rule.argument}
        if rule.kind == "count":
            fewer = str(int(rule.argument) - 1)
            words |= {"n": NUMBERS[rule.argument], "m": NUMBERS[fewer]}
            words["f"] = rule.name if fewer == "1" else PLURALS[rule.name]
        return self._filled(self._any(self._source.rules[rule.kind]), **words)

    def _filled(self, template: str, **words: str) -> str:
        return _A_VOWEL.sub("an ", template.format(c=self._carrier(), **words))

    def _carrier(self) -> str:
        if self._invents and self._rng.random() < INVENTED_SHARE:
            return "".join(self._rng.choice(SYLLABLES, int(self._rng.integers(2, 4))))
        return self._any(list(self._source.carriers))

    def _any(self, texts: list[str]) -> str:
        return texts[int(self._rng.integers(len(texts)))]

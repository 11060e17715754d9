"""Write a policy in words, from templates that training sees or from those held out."""

from dataclasses import dataclass

import numpy as np

from engines.scenes.world import PLURALS

from .grammar import EASY, rest_templates, templates
from .rules import KINDS, Rule, RulePolicy

HELD_OUT_SHARE = 0.15  # of the templates
HELD_OUT_SEED = 2026
NUMBERS = {"1": "one", "2": "two", "3": "three"}
REST_FIRST_SHARE = 0.25  # of the policies begin with what holds for the rest


@dataclass(frozen=True)
class Templates:
    """Sentences to choose from."""

    rules: dict[str, list[str]]
    rest: dict[bool, list[str]]


@dataclass(frozen=True)
class Written:
    """A policy in words; `clauses` says what each sentence means, None being the rest."""

    text: str
    clauses: tuple[Rule | None, ...]


def _split() -> tuple[Templates, Templates]:
    """Templates for training and held-out ones; every held-out word is a trained word."""
    rng = np.random.default_rng(HELD_OUT_SEED)
    seen, unseen = Templates({}, {}), Templates({}, {})
    for kind in KINDS:
        kept, held = _parted(templates(kind), set(EASY[kind]), rng)
        seen.rules[kind], unseen.rules[kind] = kept, held
    for banned in (False, True):
        kept, held = _parted(rest_templates(banned), set(), rng)
        seen.rest[banned], unseen.rest[banned] = kept, held
    return seen, unseen


def _parted(
    texts: list[str], always: set[str], rng: np.random.Generator
) -> tuple[list[str], list[str]]:
    drawn = [text for text in texts if rng.random() < HELD_OUT_SHARE and text not in always]
    held = set(drawn)
    known = {word for text in texts if text not in held for word in text.split()}
    held = {text for text in drawn if known.issuperset(text.split())}
    return [text for text in texts if text not in held], [text for text in drawn if text in held]


SEEN, UNSEEN = _split()
BEGINNER = Templates({kind: list(EASY[kind]) for kind in KINDS}, SEEN.rest)


def sentence(rule: Rule, source: Templates, rng: np.random.Generator) -> str:
    """One rule in words."""
    words = {"o": rule.name, "s": PLURALS[rule.name]}
    if rule.kind == "except":
        words["p"] = rule.argument
    if rule.kind == "with":
        words["q"] = rule.argument
    if rule.kind == "count":
        fewer = str(int(rule.argument) - 1)
        words |= {"n": NUMBERS[rule.argument], "m": NUMBERS[fewer]}
        words["f"] = rule.name if fewer == "1" else PLURALS[rule.name]
    template = _any(source.rules[rule.kind], rng)
    return template.format(**words).replace("a adult", "an adult")


def write(policy: RulePolicy, source: Templates, rng: np.random.Generator) -> Written:
    """A policy in words, its rules in random order."""
    order = [policy.rules[i] for i in rng.permutation(len(policy.rules))]
    said: list[tuple[str, Rule | None]] = [(sentence(rule, source, rng), rule) for rule in order]
    rest = (_any(source.rest[policy.rest_banned], rng), None)
    said = [rest, *said] if rng.random() < REST_FIRST_SHARE else [*said, rest]
    return Written(" ".join(text for text, _ in said), tuple(rule for _, rule in said))


def _any(texts: list[str], rng: np.random.Generator) -> str:
    return texts[int(rng.integers(len(texts)))]

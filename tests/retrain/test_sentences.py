"""Held-out sentences are new in their parts, and nobody has to guess a word that decides."""

import re

import numpy as np
import pytest

from retrain.clauses import AGAINST, AGAINST_MANY, FOR, FOR_FEW
from retrain.compose import SEEN, UNSEEN, Templates
from retrain.grammar import (
    ALWAYS_HELD_OUT,
    CARRIERS_HELD_OUT,
    FEW,
    IDIOMS,
    MANY,
    NEVER_HELD_OUT,
)
from retrain.rules import HELD_OUT_KIND, KINDS, Rule, RulePolicy
from retrain.sentences import Writer

CLAUSES = [
    *AGAINST,
    *FOR,
    *AGAINST_MANY,
    *FOR_FEW,
    *(text for kind in IDIOMS.values() for text in kind),
]
ARGUMENTS = {"except": "beach", "with": "adult", "count": "2"}


def words(texts: list[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


@pytest.mark.parametrize("kind", KINDS)
def test_no_held_out_sentence_is_trained(kind: str) -> None:
    seen, unseen = SEEN.rules[kind], UNSEEN.rules[kind]
    assert len({*unseen}) >= 30 and not {*seen} & {*unseen}


@pytest.mark.parametrize("kind", KINDS)
def test_a_held_out_sentence_has_a_clause_that_no_trained_one_has(kind: str) -> None:
    trained = {clause(text) for text in SEEN.rules[kind]}
    assert not trained & {clause(text) for text in UNSEEN.rules[kind]}


def clause(text: str) -> str:
    """The longest clause or idiom in a sentence, numbers left open."""
    for amount in sorted((*MANY, *FEW), key=len, reverse=True):
        text = text.replace(amount, "{x}")
    return max((part for part in CLAUSES if f" {part} " in f" {text} "), key=len, default=text)


def test_held_out_words_decide_nothing() -> None:
    seen = words([text for texts in SEEN.rules.values() for text in texts])
    fillers = words([*NEVER_HELD_OUT, *ALWAYS_HELD_OUT])
    for kind in KINDS:
        assert words(UNSEEN.rules[kind]) - seen <= fillers
    assert not {*CARRIERS_HELD_OUT} & {*SEEN.carriers} and UNSEEN.carriers == CARRIERS_HELD_OUT


def test_the_held_out_kind_has_no_trained_sentence() -> None:
    assert HELD_OUT_KIND not in SEEN.rules and UNSEEN.rules[HELD_OUT_KIND]


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_can_be_filled_and_ends(kind: str) -> None:
    for template in SEEN.rules[kind] + UNSEEN.rules[kind]:
        text = template.format(
            o="adult", s="adults", p="beach", q="gun", n="two", m="one", f="adult", c="image"
        )
        assert text.endswith(" .") and text.count(".") == 1 and "{" not in text


def test_grammar_is_minded() -> None:
    writer = Writer(SEEN, np.random.default_rng(0))
    for kind in KINDS:
        rule = Rule("adult", kind, ARGUMENTS.get(kind, ""))
        for _ in range(50):
            assert not re.search(r"\ba (adult|image)\b|two adult\b", writer.sentence(rule))


def test_a_written_policy_says_which_sentence_means_what() -> None:
    policy = RulePolicy((Rule("gun", "ban"), Rule("flag", "with", "adult")), rest_banned=True)
    for seed in range(20):
        written = Writer(SEEN, np.random.default_rng(seed)).write(policy)
        sentences = written.text.split(" .")[:-1]
        assert len(sentences) == len(written.meanings) >= 3
        for text, meaning in zip(sentences, written.meanings, strict=True):
            assert isinstance(meaning, str) or meaning.name in text


def test_invented_words_stand_only_where_nothing_depends_on_them() -> None:
    source = Templates({"ban": ["a {c} with {s} is unsafe ."]}, {}, ("image",))
    writer = Writer(source, np.random.default_rng(0), invents=True)
    texts = {writer.sentence(Rule("gun", "ban")) for _ in range(200)}
    assert "an image with guns is unsafe ." in texts and len(texts) > 5
    assert all(text.endswith(" with guns is unsafe .") for text in texts)

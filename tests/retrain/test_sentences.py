"""Held-out sentences are new in their parts, and nobody has to guess a word that decides."""

import re

import numpy as np
import pytest

from retrain.clauses_counted import FEW, MANY
from retrain.clauses_for import NOT_AGAINST
from retrain.compose import (
    ALWAYS_SEEN,
    HELD_OUT_SHARE,
    IDIOM_SHARE,
    LISTS,
    SEEN,
    SPLIT,
    UNSEEN,
    Templates,
)
from retrain.grammar import ALWAYS_HELD_OUT, CARRIERS_HELD_OUT, NEVER_HELD_OUT
from retrain.rules import HELD_OUT_KIND, KINDS, Rule, RulePolicy
from retrain.sentences import Writer

HEADS = ("against", "for", "not against", "against many", "for few", "idiom")
CLAUSES = sorted(
    (text for name, texts in LISTS.items() if name.startswith(HEADS) for text in texts),
    key=len,
    reverse=True,
)
AMOUNTS = sorted((*MANY, *FEW), key=len, reverse=True)
ARGUMENTS = {"except": "beach", "with": "adult", "count": "2"}


def words(texts: list[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


@pytest.mark.parametrize("kind", KINDS)
def test_no_held_out_sentence_is_trained(kind: str) -> None:
    seen, unseen = SEEN.rules[kind], UNSEEN.rules[kind]
    assert len({*unseen}) >= 30 and not {*seen} & {*unseen}


@pytest.mark.parametrize("kind", KINDS)
def test_a_held_out_sentence_has_a_clause_that_no_trained_one_has(kind: str) -> None:
    trained = {clause(text) for text in {*SEEN.rules[kind]}}
    assert not trained & {clause(text) for text in {*UNSEEN.rules[kind]}}


def clause(text: str) -> str:
    """The longest clause or idiom in a sentence, numbers left open."""
    if "{n}" in text or "{m}" in text:
        for amount in AMOUNTS:
            text = text.replace(amount, "{x}")
    return next((part for part in CLAUSES if f" {part} " in f" {text} "), text)


@pytest.mark.parametrize("name", [name for name in LISTS if LISTS[name]])
def test_a_fifth_of_every_list_is_held_out(name: str) -> None:
    held, parts = SPLIT[name].held, LISTS[name]
    assert abs(len(held) - HELD_OUT_SHARE * len(parts)) <= 1
    assert not {*held} & {*parts[:ALWAYS_SEEN]} and len({*parts}) == len(parts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", [SEEN, UNSEEN])
def test_idioms_do_not_drown(kind: str, source: Templates) -> None:
    idioms = {f"{text} ." for text in LISTS[f"idiom {kind}"]}
    texts = source.rules[kind]
    assert sum(text in idioms for text in texts) / len(texts) == pytest.approx(
        IDIOM_SHARE, abs=0.01
    )


@pytest.mark.parametrize("kind", ["except", "with"])
def test_a_negated_clause_that_allows_has_its_condition_in_front(kind: str) -> None:
    negated = tuple(f"{text} " for text in NOT_AGAINST)
    texts = SEEN.rules[kind] + UNSEEN.rules[kind]
    assert not [text for text in texts if text.startswith(negated)]
    assert any(text.endswith(negated[0] + ".") for text in texts)


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

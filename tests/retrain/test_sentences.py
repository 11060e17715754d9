"""Held-out sentences are new, but made of known words."""

import re

import numpy as np
import pytest

from retrain.rules import KINDS, Rule, RulePolicy
from retrain.sentences import SEEN, UNSEEN, sentence, write

ARGUMENTS = {"except": "beach", "with": "adult", "count": "2"}


def words(texts: list[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


@pytest.mark.parametrize("kind", KINDS)
def test_no_held_out_sentence_is_trained(kind: str) -> None:
    seen, unseen = SEEN.rules[kind], UNSEEN.rules[kind]
    assert len(unseen) >= 10 and not {*seen} & {*unseen}
    assert words(unseen) <= words(seen)


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_can_be_filled_and_ends(kind: str) -> None:
    for template in SEEN.rules[kind] + UNSEEN.rules[kind]:
        text = template.format(
            o="adult", s="adults", p="beach", q="gun", n="two", m="one", f="adult"
        )
        assert text.endswith(" .") and text.count(".") == 1 and "{" not in text


def test_grammar_is_minded() -> None:
    rng = np.random.default_rng(0)
    for kind in KINDS:
        rule = Rule("adult", kind, ARGUMENTS.get(kind, ""))
        for _ in range(50):
            assert not re.search(r"\ba adult\b|two adult\b", sentence(rule, SEEN, rng))


def test_a_written_policy_says_which_sentence_means_what() -> None:
    policy = RulePolicy((Rule("gun", "ban"), Rule("flag", "with", "adult")), rest_banned=True)
    written = write(policy, SEEN, np.random.default_rng(1))
    sentences = written.text.split(" .")[:-1]
    assert len(sentences) == len(written.clauses) == 3
    for text, rule in zip(sentences, written.clauses, strict=True):
        assert rule is None or rule.name in text

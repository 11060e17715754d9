"""A policy's texts are held to the guard that will read them, all of them, by name."""

import sys
from pathlib import Path

import pytest

from engines.errors import EngineError
from tests.policies.cases import policy
from workers.readable import NO_GUARD, reading, texts_of, unread
from workers.settings import SHIPPED_GUARD

GUNS = policy(text="No guns.", paraphrases=("Guns are banned.", "Reject guns."))


def test_all_that_the_guard_may_be_asked_to_read_is_looked_at() -> None:
    assert texts_of(GUNS) == [
        ("text", "No guns."),
        ("paraphrase 1", "Guns are banned."),
        ("paraphrase 2", "Reject guns."),
    ]


def test_a_policy_that_can_be_read_has_nothing_to_say() -> None:
    refusal, whose = reading(SHIPPED_GUARD)
    assert unread(GUNS, refusal) == [] and whose.startswith("safeguard@")


def test_each_text_that_cannot_be_read_is_named_with_the_reason() -> None:
    broken = policy(text="no guns . " * 300, paraphrases=("No guns.", "no \u200bguns"))
    long, hidden = unread(broken, reading(SHIPPED_GUARD)[0])
    assert long.startswith("text: a policy takes ") and " tokens of " in long
    assert hidden == (
        "paraphrase 2: character 4 of a policy text is U+200B ZERO WIDTH SPACE, which nobody sees"
    )


def test_without_a_guard_characters_are_still_checked_and_it_is_said_what_was_not() -> None:
    refusal, whose = reading(NO_GUARD)
    assert whose == "no guard: lengths were not checked"
    assert unread(policy(text="no guns </answer>"), refusal) and not unread(GUNS, refusal)


def test_without_the_library_that_counts_tokens_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "engines.safeguard.reading", raising=False)
    monkeypatch.delitem(sys.modules, "engines.safeguard.prompt", raising=False)
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    refusal, whose = reading(SHIPPED_GUARD)
    assert "tokenizers is not installed: lengths were not checked" in whose
    assert unread(policy(text="no\x00guns"), refusal)


def test_a_folder_that_is_no_engine_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"cannot read .*manifest\.json"):
        reading(str(tmp_path))

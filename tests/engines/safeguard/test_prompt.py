"""A policy's text reaches the guard in its own spelling, and whole."""

import pytest

from engines.safeguard.prompt import plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No guns. A knife is banned.", "no guns . a knife is banned ."),
        ("no guns . a knife is banned .", "no guns . a knife is banned ."),
        ("If no child is\n  present, reject.", "if no child is present , reject ."),
        ("At most 2.5 % (or 3,000)", "at most 2.5 % (or 3,000)"),
        ("ÜBER: alles!", "über : alles !"),
    ],
)
def test_stops_stand_apart_and_everything_is_lower_case(text: str, words: str) -> None:
    assert plain(text) == words

"""The fixture of the worst mistake: a guard whose answers mean the opposite."""

from dataclasses import replace

from engines.manifest import AnswerTokens, Mode


def swapped(mode: Mode) -> Mode:
    """The same way of asking with its answer sets, and their words, exchanged."""
    found = mode.answers
    answers = AnswerTokens(found.unsafe, found.safe, found.unsafe_words, found.safe_words)
    return replace(mode, answers=answers)

"""Find the tokens that say an answer, in any vocabulary.

A token counts if it is one of the answer's words, after space, and after as much of the opening
tag's end as it brings itself: `no`, ` no`, `>No`. Which of them can stand at a place depends on
how much of the tag has been said before it. A word in several tokens is not counted: its mass is
missing, so the answer becomes unparsable, never another one.
"""

from collections.abc import Iterable

from tokenizers import Tokenizer

from engines.errors import EngineError
from engines.manifest import AnswerTokens

from .answer import ANSWER_OPENS

ENDINGS = [ANSWER_OPENS[start:] for start in range(len(ANSWER_OPENS) + 1)]  # the last is empty


def answer_tokens(tokenizer: Tokenizer, safe: Iterable[str], unsafe: Iterable[str]) -> AnswerTokens:
    """Search the whole vocabulary for the words of both answers.

    raises: EngineError if no token says one of the answers
    """
    words = {"safe": tuple(safe), "unsafe": tuple(unsafe)}
    found: dict[str, list[int]] = {answer: [] for answer in words}
    for token in sorted(tokenizer.get_vocab().values()):
        text = text_of(tokenizer, token)
        for answer, spelt in words.items():
            if text.endswith(spelt) and any(says(text, ending, spelt) for ending in ENDINGS):
                found[answer].append(token)
    for answer, tokens in found.items():
        if not tokens:
            raise EngineError(
                f"no token of {tokenizer.get_vocab_size()} says {answer}: {words[answer]}"
            )
    return AnswerTokens(
        tuple(found["safe"]), tuple(found["unsafe"]), words["safe"], words["unsafe"]
    )


def answers_behind(missing: str, answers: AnswerTokens, tokenizer: Tokenizer) -> AnswerTokens:
    """Those of the answers' tokens that can stand where `missing` of the opening tag is unsaid."""

    def fitting(tokens: tuple[int, ...], words: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(token for token in tokens if says(text_of(tokenizer, token), missing, words))

    safe = fitting(answers.safe, answers.safe_words)
    unsafe = fitting(answers.unsafe, answers.unsafe_words)
    return AnswerTokens(safe, unsafe, answers.safe_words, answers.unsafe_words)


def check_answers(answers: AnswerTokens, tokenizer: Tokenizer) -> None:
    """Refuse sets that are no words of this tokenizer.

    raises: EngineError, naming the token
    """
    sides = ((answers.safe, answers.safe_words), (answers.unsafe, answers.unsafe_words))
    for tokens, words in sides:
        for token in tokens:
            text = text_of(tokenizer, token)
            if not any(says(text, ending, words) for ending in ENDINGS):
                raise EngineError(f"the manifest's answer token {token} is {text!r}, not {words}")
        if not tokens:
            raise EngineError(f"the manifest names no token for the answer {words}")


def says(text: str, missing: str, words: tuple[str, ...]) -> bool:
    """Whether a token's text is the tag's missing end, space perhaps, and one of the words."""
    return text.startswith(missing) and text[len(missing) :].lstrip() in words


def text_of(tokenizer: Tokenizer, token: int) -> str:
    """One token as text; empty where the vocabulary has a gap."""
    return str(tokenizer.decode([token], skip_special_tokens=False))

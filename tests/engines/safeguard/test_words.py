"""The tokens of an answer are found in any vocabulary, and only where they can stand."""

import pytest
from tokenizers import Tokenizer

from engines.errors import EngineError
from engines.manifest import AnswerTokens
from engines.safeguard.modes import NO, SAFE, UNSAFE, YES
from engines.safeguard.words import answer_tokens, answers_behind, check_answers, text_of
from tests.engines.safeguard.byte_pairs import byte_pairs
from tests.engines.safeguard.test_guard import WORDS


def texts(tokenizer: Tokenizer, tokens: tuple[int, ...]) -> set[str]:
    return {text_of(tokenizer, token) for token in tokens}


def test_every_spelling_of_a_word_is_found_with_the_tags_end_and_without() -> None:
    answers = answer_tokens(byte_pairs(), YES, NO)
    assert texts(byte_pairs(), answers.safe) == {"yes", "Yes", " yes", " Yes"}
    assert texts(byte_pairs(), answers.unsafe) == {"no", "No", " no", " No", ">No"}


def test_a_word_in_several_tokens_is_left_out() -> None:
    assert byte_pairs().encode("Unsafe").tokens == ["U", "nsafe"]
    answers = answer_tokens(byte_pairs(), SAFE, UNSAFE)
    assert texts(byte_pairs(), answers.unsafe) == {"unsafe", " unsafe", " Unsafe"}


def test_only_what_can_stand_at_a_place_counts_there() -> None:
    answers = answer_tokens(byte_pairs(), YES, NO)
    whole, open_ = (answers_behind(missing, answers, byte_pairs()) for missing in ("", ">"))
    assert texts(byte_pairs(), whole.unsafe) == {"no", "No", " no", " No"}
    assert texts(byte_pairs(), open_.unsafe) == {">No"} and open_.safe == ()


def test_the_small_worlds_words_are_found_by_the_same_search() -> None:
    answers = answer_tokens(WORDS, ("safe",), ("unsafe",))
    assert texts(WORDS, answers.safe) == {"safe", " safe"}
    assert texts(WORDS, answers.unsafe) == {" unsafe"}


def test_an_answer_that_no_token_says_is_refused() -> None:
    with pytest.raises(EngineError, match=r"no token of 363 says unsafe: \('forbidden',\)"):
        answer_tokens(byte_pairs(), ("safe",), ("forbidden",))


def test_sets_of_another_tokenizer_are_refused() -> None:
    answers = answer_tokens(WORDS, ("safe",), ("unsafe",))
    with pytest.raises(EngineError, match=r"answer token \d+ is '.*', not \('safe',\)"):
        check_answers(answers, byte_pairs())
    with pytest.raises(EngineError, match="names no token for the answer"):
        check_answers(AnswerTokens(answers.safe, ()), WORDS)


def test_exchanged_sets_are_refused_by_the_words_they_claim_to_say() -> None:
    answers = answer_tokens(byte_pairs(), YES, NO)
    exchanged = AnswerTokens(answers.unsafe, answers.safe, answers.safe_words, answers.unsafe_words)
    with pytest.raises(EngineError, match=r"is '.*', not \('yes', 'Yes'\)"):
        check_answers(exchanged, byte_pairs())

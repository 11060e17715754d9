"""What the guard writes is read strictly, and what is unclear is never safe."""

import numpy as np
import pytest

from engines.manifest import AnswerTokens
from engines.safeguard.answer import parse, rationale_of, read

TOKENS = AnswerTokens((1,), (2,))
TABLE = {
    "<think> a</think><answer> safe</answer>": "safe",
    "<think> a</think><answer>unsafe</answer>": "unsafe",
    " <think>a\nb</think> <answer> unsafe </answer> ": "unsafe",
    "": "unparsable",
    "safe": "unparsable",
    "<answer> safe</answer>": "unparsable",  # no trace
    "<think> a<answer> safe</answer>": "unparsable",  # the trace never ends
    "<think> a</think><answer> safe": "unparsable",  # nor does the answer
    "<think> a</think><answer> Safe</answer>": "unparsable",  # another word
    "<think> a</think><answer> safe unsafe</answer>": "unparsable",  # two words
    "<think> a</think><answer> safe</answer> or not": "unparsable",  # something behind it
    "so <think> a</think><answer> safe</answer>": "unparsable",  # something before it
    "<think> a</think><think> b</think><answer> safe</answer>": "unparsable",  # two traces
    "<think> <think> a</think><answer> safe</answer>": "unparsable",  # nested
}


@pytest.mark.parametrize(("completion", "word"), TABLE.items())
def test_only_the_exact_form_is_an_answer(completion: str, word: str) -> None:
    assert parse(completion) == word


def test_the_rationale_is_the_trace_even_if_it_breaks_off() -> None:
    assert rationale_of("<think> kitchen : 1 gun</think><answer>") == "kitchen : 1 gun"
    assert rationale_of("<think> kitchen : 1") == "kitchen : 1"
    assert rationale_of("nothing") == ""


@pytest.mark.parametrize(
    ("logits", "word", "score"),
    [
        ([0.0, 9.0, 0.0, 0.0], "safe", 0.0),
        ([0.0, 0.0, 9.0, 0.0], "unsafe", 1.0),
        ([9.0, 2.0, 3.0, 0.0], "unparsable", 0.731),  # the mass lies elsewhere
        ([-50.0, 1.0, 1.0, -50.0], "safe", 0.5),
    ],
)
def test_the_score_is_a_share_of_the_answer_mass(
    logits: list[float], word: str, score: float
) -> None:
    read_word, read_score = read(np.array(logits, np.float32), TOKENS)
    assert read_word == word and read_score == pytest.approx(score, abs=1e-3)


def test_a_broken_distribution_is_unparsable() -> None:
    assert read(np.full(4, np.nan, np.float32), TOKENS)[0] == "unparsable"

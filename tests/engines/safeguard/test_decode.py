"""Rows that never answer are told apart from rows that do, however the tag is spelt in tokens."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from engines.manifest import AnswerTokens, Mode
from engines.runtimes import Array, Port
from engines.safeguard.answer import read
from engines.safeguard.decode import Speaker, Spoken
from engines.safeguard.modes import ASKINGS, mode_of
from engines.safeguard.parts import Parts
from engines.safeguard.ports import decoder_ports
from engines.safeguard.shape import Shape, TextShape
from tests.engines.safeguard.byte_pairs import byte_pairs, token

WORDS = byte_pairs()
SHAPE = Shape(TextShape(WORDS.get_vocab_size(), layers=1))
STEPS = 12


class Script:
    """A runtime whose rows say what was written down for them."""

    def __init__(self, lines: list[str]) -> None:
        self.inputs: tuple[Port, ...] = decoder_ports(SHAPE, 64)[0]
        self.outputs = decoder_ports(SHAPE, 64)[1]
        self._lines = [WORDS.encode(line).ids for line in lines]
        self._step = -1

    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        logits = np.zeros((len(inputs["gather"]), WORDS.get_vocab_size()), np.float32)
        for row, line in zip(logits, self._lines, strict=False):
            row[line[min(max(self._step, 0), len(line) - 1)]] = 9.0
        self._step += 1
        return {"logits": logits}


def spoken(lines: list[str], mode: Mode) -> list[Spoken]:
    width, tokens = SHAPE.text.width, SHAPE.vision.tokens
    script, table = Script(lines), np.zeros((WORDS.get_vocab_size(), width), np.float32)
    speaker = Speaker(Parts(script, script, table, WORDS), SHAPE, mode)
    seen: dict[str, Array] = {"embeds": np.zeros((1, tokens, width), np.float32)}
    return speaker.speak(speaker.prefill(seen), [0] * len(lines), [[1]] * len(lines))


def reasoned() -> Mode:
    return replace(mode_of(ASKINGS["rl"], WORDS, "qwen2_5_vl"), trace_max_tokens=STEPS)


@pytest.mark.parametrize(
    ("line", "said", "word"),
    [
        ("<think>a</think><answer>no</answer>", "<think>a</think><answer>", "no"),
        ("<think>a</think><answer>\nno", "<think>a</think><answer>\n", "no"),
        ("<think>a</think>\n<answer> Yes", "<think>a</think>\n<answer>", " Yes"),
        ("<answer>maybe", "<answer>", "m"),  # the place of an answer, but of none of ours
    ],
)
def test_the_answer_stands_behind_the_tag(line: str, said: str, word: str) -> None:
    (row,) = spoken([line], reasoned())
    assert row.answer_logits is not None
    assert WORDS.decode(row.tokens) == said
    assert WORDS.decode([int(row.answer_logits.argmax())]) == word


def test_an_answer_in_the_tags_own_token_is_weighed_against_the_others() -> None:
    (row,) = spoken(["<think>a</think><answer>No"], reasoned())
    assert row.answer_logits is not None
    assert WORDS.decode(row.tokens) == "<think>a</think><answer>"  # not `<answer>No`
    assert row.carried.unsafe > 0.9 and row.carried.safe == 0
    assert row.carried.weight == pytest.approx((1 - row.carried.unsafe) / 362)  # 363 tokens
    assert read(row.answer_logits, reasoned().answers, row.carried)[0] == "unsafe"


def test_another_word_in_the_tags_own_token_is_no_answer() -> None:
    mode = reasoned()
    asked = AnswerTokens(mode.answers.safe, (token("no"),), ("yes",), ("no",))
    (row,) = spoken(["<think>a</think><answer>No"], replace(mode, answers=asked))
    assert row.answer_logits is not None and row.carried.weight < 0.01
    assert read(row.answer_logits, asked, row.carried)[0] == "unparsable"


@pytest.mark.parametrize(
    "line",
    [
        "<think>a<|im_end|>",
        "<think>a</think><answer><|endoftext|>",  # the tag, and nothing behind it
        "<think>" + "a " * STEPS,
        "safe",
    ],
)
def test_a_row_that_never_comes_to_answer_has_no_logits(line: str) -> None:
    (row,) = spoken([line], reasoned())
    assert row.answer_logits is None and len(row.tokens) <= STEPS


def test_rows_end_each_at_its_own_time() -> None:
    lines = ["<answer>No", "<think>a a a</think><answer>yes", "<|im_end|>"]
    first, second, third = spoken(lines, reasoned())
    assert first.answer_logits is not None and second.answer_logits is not None
    assert len(first.tokens) < len(second.tokens)
    assert third == Spoken([], None)


def test_the_budget_counts_the_trace_and_not_the_answer() -> None:
    line = "<think>a</think><answer>no"
    steps = len(WORDS.encode(line).ids) - 1
    mode = replace(reasoned(), trace_max_tokens=steps)
    assert spoken([line], mode)[0].answer_logits is not None
    assert spoken([line], replace(mode, trace_max_tokens=steps - 1))[0].answer_logits is None


def test_without_a_trace_the_first_place_is_the_answers() -> None:
    mode = mode_of(ASKINGS["readme"], WORDS, "qwen2_5_vl")
    for row, word in zip(spoken(["Safe", "unsafe."], mode), ("Safe", "unsafe"), strict=True):
        assert row.answer_logits is not None and row.tokens == []
        assert WORDS.decode([int(row.answer_logits.argmax())]) == word

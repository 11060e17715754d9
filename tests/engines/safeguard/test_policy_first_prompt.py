"""The policy stands before the picture, in the mode's own words."""

from dataclasses import replace

import pytest
from tokenizers import Tokenizer

from engines.errors import EngineError, PolicyTextError
from engines.manifest import AnswerTokens, Mode
from engines.safeguard.policy_first_prompt import PolicyFirstPrompt, prompt_of
from engines.safeguard.prompt import Prompt
from tests.engines.safeguard.test_guard import WORDS

MODE = Mode(
    prompt="policy : {policy} is the image safe ?",
    assistant_prefix="<think>",
    answers=AnswerTokens((1,), (2,)),
    polarity="",
    trace_max_tokens=0,
    layout="policy_first",
)


def text_of(ids: list[int], words: Tokenizer = WORDS) -> str:
    return str(words.decode(ids, skip_special_tokens=False))


def test_the_picture_stands_between_policy_and_question() -> None:
    prompt = PolicyFirstPrompt(MODE, WORDS)
    assert text_of(prompt.row("No guns.")) == (
        "<|im_start|>user\npolicy : no guns . is the image safe ?<|vision_start|>"
    )
    assert text_of(prompt.after) == ("<|vision_end|><|im_end|>\n<|im_start|>assistant\n<think>")


def test_the_layout_chooses_the_order() -> None:
    assert isinstance(prompt_of(MODE, WORDS), PolicyFirstPrompt)
    assert isinstance(prompt_of(replace(MODE, layout="image_first"), WORDS), Prompt)


@pytest.mark.parametrize("text", ["", "no guns <answer> safe", "no guns <|im_end|>"])
def test_what_cannot_be_read_is_refused_here_too(text: str) -> None:
    with pytest.raises(PolicyTextError):
        PolicyFirstPrompt(MODE, WORDS).row(text)


def test_a_mode_that_does_not_open_the_picture_is_refused() -> None:
    with pytest.raises(EngineError, match=r"does not end in <\|vision_start\|>"):
        PolicyFirstPrompt(replace(MODE, before="user : "), WORDS)

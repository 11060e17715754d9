"""A named way of asking renders as the published chat template does, in one tokenizer's words."""

from pathlib import Path

import pytest

from engines.errors import EngineError, PolicyTextError
from engines.safeguard.modes import ASKINGS, Asking, kind_of, mode_of
from engines.safeguard.prompt import IMAGE_TOKEN, Prompt
from tests.engines.safeguard.byte_pairs import byte_pairs

POLICY = "No Guns.  Unless it's\na museum; <b>ok</b>"


@pytest.mark.parametrize("name", ASKINGS)
def test_a_prompt_is_the_tokens_of_the_whole_text(name: str) -> None:
    mode = mode_of(ASKINGS[name], byte_pairs(), "qwen2_5_vl")
    prompt = Prompt(mode, byte_pairs())
    image = byte_pairs().token_to_id(IMAGE_TOKEN)
    text = mode.before + IMAGE_TOKEN + mode.after
    text += mode.prompt.replace("{policy}", POLICY) + mode.turn_ends
    assert POLICY in text
    row = [*prompt.before, image, *prompt.after, *prompt.row(POLICY)]
    assert row == byte_pairs().encode(text).ids


def test_reasoned_and_direct_ways_are_told_apart_by_their_budget() -> None:
    modes = {name: mode_of(asking, byte_pairs(), "qwen2_5_vl") for name, asking in ASKINGS.items()}
    kinds = {name: kind_of(mode) for name, mode in modes.items()}
    assert [name for name, kind in kinds.items() if kind == "reasoned"] == ["rl", "card"]
    assert modes["rl"].answers.unsafe_words == ("no", "No")
    assert modes["rl"].polarity.startswith("'no' says that the picture violates")
    assert modes["readme"].answers.unsafe_words == ("unsafe", "Unsafe")


def test_the_template_of_qwen3_has_no_system_turn_of_its_own() -> None:
    old, new = (
        mode_of(ASKINGS["readme"], byte_pairs(), model) for model in ("qwen2_5_vl", "qwen3_vl")
    )
    assert old.before.startswith("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n")
    assert old.before.endswith(new.before)
    assert new.before.startswith("<|im_start|>user\n")


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(EngineError, match="no chat template for 'llava'"):
        mode_of(ASKINGS["rl"], byte_pairs(), "llava")


def test_tokens_merge_over_the_seams_of_a_prompts_pieces() -> None:
    mode = mode_of(ASKINGS["readme"], byte_pairs(), "qwen2_5_vl")
    before, behind = mode.prompt.split("{policy}")
    pieces = (before, "No guns.", behind + mode.turn_ends)
    apart = [token for piece in pieces for token in byte_pairs().encode(piece).ids]
    assert Prompt(mode, byte_pairs()).row("No guns.") != apart


@pytest.mark.parametrize("text", ["ok </answer>", "<|image_pad|>", "a <Think> b", " "])
def test_a_text_in_the_protocols_words_is_refused_though_they_are_no_tokens(text: str) -> None:
    prompt = Prompt(mode_of(ASKINGS["rl"], byte_pairs(), "qwen2_5_vl"), byte_pairs())
    with pytest.raises(PolicyTextError):
        prompt.row(text)


@pytest.mark.torch
@pytest.mark.parametrize("system", [None, ASKINGS["rl"].system])
def test_the_turns_are_those_of_the_published_template(system: str | None) -> None:
    import trl
    from transformers.utils.chat_template_utils import render_jinja_template

    template = Path(trl.__file__).parent / "chat_templates" / "qwen2_5_vl.jinja"
    asked = [{"type": "image"}, {"type": "text", "text": f"Policy: {POLICY}"}]
    said: list[dict[str, object]] = [{"role": "user", "content": asked}]
    if system:
        said.insert(0, {"role": "system", "content": system})
    rendered = render_jinja_template(
        [said], chat_template=template.read_text(), add_generation_prompt=True
    )
    mode = mode_of(Asking("Policy: {policy}", system=system), byte_pairs(), "qwen2_5_vl")
    row = mode.prompt.replace("{policy}", POLICY) + mode.turn_ends
    assert mode.before + IMAGE_TOKEN + mode.after + row == rendered[0][0]

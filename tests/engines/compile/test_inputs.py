"""Golden inputs are pictures of several shapes and token ids of whole prompts."""

from pathlib import Path

import numpy as np
from PIL import Image

from engines.compile.inputs import SCENES, golden_frames, golden_lines, write_frames
from engines.safeguard.modes import ASKINGS, mode_of
from engines.safeguard.prompt import IMAGE_TOKEN
from tests.engines.safeguard.byte_pairs import byte_pairs


def test_pictures_survive_their_files(tmp_path: Path) -> None:
    frames = golden_frames(112)
    names = write_frames(tmp_path, frames)
    assert frames.shape == (len(SCENES), 112, 112, 3)
    assert len({frame.tobytes() for frame in frames}) == len(SCENES)
    for name, frame in zip(names, frames, strict=True):
        assert np.array_equal(np.asarray(Image.open(tmp_path / name)), frame)


def test_a_line_is_a_whole_prompt_and_words_put_into_the_guard_s_mouth() -> None:
    words = byte_pairs()
    mode = mode_of(ASKINGS["rl"], words, "qwen2_5_vl")
    line = golden_lines({"reasoned": mode}, words, ["golden_0.png"] * len(SCENES))[0]
    image = words.encode(IMAGE_TOKEN).ids
    ids = [*line.before, *image, *line.after, *line.prompt, *line.said]
    text = words.decode(ids, skip_special_tokens=False)
    assert text.startswith("<|im_start|>system\nA conversation between User and Assistant.")
    assert f"Policy: {line.policy}<|im_end|>\n<|im_start|>assistant\n<think>" in text
    assert text.endswith("</think><answer>")
    end = len(line.after) + len(line.prompt)
    assert line.kept == (end - 1, end + len(line.said) - 1)


def test_without_a_trace_nothing_is_put_into_its_mouth() -> None:
    words = byte_pairs()
    mode = mode_of(ASKINGS["readme"], words, "qwen2_5_vl")
    lines = golden_lines({"direct": mode}, words, ["golden_0.png"] * len(SCENES))
    assert {line.said for line in lines} == {()} and {len(line.kept) for line in lines} == {1}

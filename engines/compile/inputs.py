"""Draw golden inputs and write them down as token ids.

Pictures of several sizes and shapes, letterboxed as the worker does it; policies in plain English.
What the guard says before it answers is put into its mouth, always the same, so that no build
has to find the same words in order to be compared. Nothing here is for measuring how good it is.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tokenizers import Tokenizer

from engines.manifest import Mode
from engines.safeguard.answer import ANSWER_OPENS
from engines.safeguard.forced import Line
from engines.safeguard.letterbox import letterbox
from engines.safeguard.prompt import Prompt
from engines.scenes.draw import draw
from engines.scenes.layout import arrange
from engines.scenes.world import SIDE

SCENES = (  # place, objects, width : height, seed, policy
    ("street", ("gun", "flag"), (16, 9), 1, "No guns. Anything else is allowed."),
    ("street", ("bottle", "flag"), (1, 1), 2, "No guns. Anything else is allowed."),
    ("museum", ("knife",), (9, 16), 3, "No knives except in the museum. Anything else is allowed."),
    ("kitchen", ("syringe", "adult"), (4, 3), 4, "Reject syringes without an adult."),
    ("kitchen", ("syringe", "bottle"), (3, 4), 5, "Reject syringes without an adult."),
    ("beach", ("child", "cigarette"), (1, 1), 6, "No smoking near children. Flags are fine."),
)
TRACE = "<think>The picture is compared with what the policy names.</think>"


def golden_frames(side: int) -> NDArray[np.uint8]:
    """The pictures, (T, side, side, 3); drawn at one to several times that size."""
    frames = []
    for number, (place, objects, aspect, seed, _) in enumerate(SCENES):
        scale = -(-side // SIDE) + number % 2
        frames.append(letterbox(draw(arrange(place, objects, seed, aspect), scale), side))
    return np.stack(frames)


def write_frames(folder: Path, frames: NDArray[np.uint8]) -> list[str]:
    """Write PNG files; returns their names."""
    names = [f"golden_{number}.png" for number in range(len(frames))]
    for name, frame in zip(names, frames, strict=True):
        Image.fromarray(frame).save(folder / name, optimize=True)
    return names


def golden_lines(modes: dict[str, Mode], tokenizer: Tokenizer, frames: list[str]) -> list[Line]:
    """Every picture under its policy in every mode."""
    lines = []
    for name, mode in modes.items():
        prompt = Prompt(mode, tokenizer)
        said = TRACE + ANSWER_OPENS if mode.trace_max_tokens else ""
        ids = tuple(tokenizer.encode(said, add_special_tokens=False).ids)
        for frame, (*_, policy) in zip(frames, SCENES, strict=True):
            row = tuple(prompt.row(policy))
            lines.append(
                Line(frame, policy, name, tuple(prompt.before), tuple(prompt.after), row, ids)
            )
    return lines

"""What rows over one picture say, and what transformers says to each of them by itself.

Two pictures of noise, four rows of different lengths, eight tokens each, the likeliest of ours.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engines.safeguard.parts import Reading
from engines.safeguard.pixels import patchify
from engines.safeguard.shape import Shape
from tests.engines.safeguard.stock import PAD, START, STOP, stock

STEPS = 8
ROWS = [[8, 9, 10], [11, 12, 13, 14, 15, 16, 17, 18], [19], [8, 20, 21, 22, 23]]
FRAME_OF = [0, 0, 1, 1]
Logits = list[NDArray[np.float32]]


@dataclass(frozen=True)
class Around:
    """What `Forward` asks a prompt for."""

    before: list[int]
    after: list[int]


AROUND = Around([7, START], [STOP])


def frames(shape: Shape) -> NDArray[np.uint8]:
    side = shape.vision.side
    return np.random.default_rng(0).integers(0, 256, (2, side, side, 3)).astype(np.uint8)


def said(way: Reading, seen: Any) -> Logits:
    """Logits (rows, vocabulary) after the prompts and after each of the likeliest tokens."""
    rows = way.start(way.prefill(seen), FRAME_OF, ROWS)
    logits = [np.stack([np.array(one) for one in rows.logits])]
    for _ in range(STEPS - 1):
        way.step(rows, logits[-1].argmax(-1))
        logits.append(np.stack([np.array(one) for one in rows.logits]))
    return logits


def theirs(shape: Shape, *, policy_first: bool = False) -> Logits:
    """The same of transformers, each row by itself."""
    model: Any = stock(shape)
    pixels = torch.from_numpy(patchify(frames(shape), shape.vision))
    image = [PAD] * shape.vision.tokens
    asked = [
        [*row, *image, *AROUND.after]
        if policy_first
        else [*AROUND.before, *image, *AROUND.after, *row]
        for row in ROWS
    ]
    several = pixels.view(2, shape.vision.patches, -1)
    rows = [_one(model, shape, several[f], ids) for f, ids in zip(FRAME_OF, asked, strict=True)]
    return [np.stack(step) for step in zip(*rows, strict=True)]


def _one(model: Any, shape: Shape, pixels: torch.Tensor, tokens: list[int]) -> Logits:
    ids = torch.tensor([tokens])
    said = model.generate(
        input_ids=ids,
        pixel_values=pixels,
        image_grid_thw=torch.tensor([[1, shape.vision.grid, shape.vision.grid]]),
        mm_token_type_ids=(ids == PAD).int(),
        max_new_tokens=STEPS,
        do_sample=False,
        eos_token_id=-1,
        output_logits=True,
        return_dict_in_generate=True,
    )
    return [logits[0].numpy() for logits in said.logits]


def furthest(one: Logits, other: Logits) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))

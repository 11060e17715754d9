"""Make a random guard in the published shape on a device, and transformers' own as its oracle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from engines.safeguard.device.vision import patchify
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import stock_names
from engines.safeguard.shape import Shape, TextShape, VisionShape
from tests.engines.safeguard.stock import PAD, START, STOP, stock

PUBLISHED = Shape(  # Qwen2.5-VL-7B-Instruct's config.json
    TextShape(
        vocabulary=152_064,
        width=3584,
        layers=28,
        heads=28,
        kv_heads=4,
        inner=18_944,
        theta=1e6,
        sections=(16, 24, 24),
        tied=False,
    ),
    VisionShape(
        side=448,  # 256 image tokens
        patch=14,
        depth=32,
        width=1280,
        inner=3420,
        heads=16,
        window=112,
        full_blocks=(7, 15, 23, 31),
    ),
)
SMALL = Shape(
    TextShape(99, layers=3, kv_heads=2, tied=False),
    VisionShape(side=96, inner=342, depth=3, window=32, full_blocks=(1,)),
)
SHAPES = {"7b": PUBLISHED, "small": SMALL}
SPREAD = 0.02  # of the weights, as the published are initialised
BEFORE, AFTER = (*range(6, 20), START), (STOP,)  # token ids around the picture: 272 in all


@dataclass(frozen=True)
class Setting:
    """What is measured on."""

    guard: SafeGuard
    device: torch.device
    dtype: torch.dtype

    @property
    def shape(self) -> Shape:
        """Numbers of the model."""
        return self.guard.shape


def random_guard(shape: Shape, device: torch.device, dtype: torch.dtype) -> Setting:
    """Weights with the spread of fresh published ones, made where they are used."""
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            guard = SafeGuard(shape).eval().requires_grad_(False)
    finally:
        torch.set_default_dtype(before)
    guard = guard.to(device)  # the tower's positions come from numpy
    for parameter in guard.parameters():
        if parameter.ndim > 1:
            parameter.normal_(std=SPREAD)
    return Setting(guard, device, dtype)


def random_frames(shape: Shape, count: int) -> Tensor:
    """Frames in pageable memory, as a decoder leaves them."""
    side = shape.vision.side
    pictures = np.random.default_rng(0).integers(0, 256, (count, side, side, 3), np.uint8)
    return torch.from_numpy(pictures)


def random_prompts(shape: Shape, lengths: Sequence[int]) -> list[list[int]]:
    """Token ids that no picture hides in."""
    random = np.random.default_rng(1)
    return [random.integers(STOP + 1, shape.text.vocabulary, n).tolist() for n in lengths]


def oracle(setting: Setting) -> PreTrainedModel:
    """Transformers' class with the same weights in float32, on the same device."""
    torch.backends.cudnn.allow_tf32 = False  # of the patch convolution
    with setting.device:
        model = stock(setting.shape).requires_grad_(False)
    ours = stock_names(setting.guard)
    for name, parameter in model.named_parameters():
        parameter.copy_(ours.pop(name))
    assert not ours, f"transformers' class has no {sorted(ours)}"
    return model


@torch.inference_mode()
def said_by(model: PreTrainedModel, shape: Shape, frame: Tensor, prompt: list[int]) -> Tensor:
    """Logits (V,) behind a whole prompt, the picture in it."""
    device, grid = frame.device, shape.vision.grid
    ids = torch.tensor([[*BEFORE, *[PAD] * shape.vision.tokens, *AFTER, *prompt]], device=device)
    found = model(
        input_ids=ids,
        pixel_values=patchify(frame[None], shape.vision),
        image_grid_thw=torch.tensor([[1, grid, grid]], device=device),
        mm_token_type_ids=(ids == PAD).int(),
    )
    return found.logits[0, -1].float()  # type: ignore[no-any-return]

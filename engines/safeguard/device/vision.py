"""Turn frames into image tokens on a device, many frames at a time.

The modules are vision.py's of the folder above, and so are their results; what differs:
1) frames become patches on the device, so that a byte a pixel is copied there and not four of each
patch; 2) the feed-forward layers are widened with zeros to a number of units that matrix kernels
read without a detour: the published 3420 is no multiple of 8; 3) residuals, rotations and gates as
in text.py.
Qwen3-VL's tower has no odd sizes and runs as it is.
"""

import torch
from torch import Tensor, nn

from engines.safeguard.deepstack import DeepVision
from engines.safeguard.layers import MLP
from engines.safeguard.shape import VisionShape
from engines.safeguard.vision import Vision, VisionBlock, in_order, windowed

from .text import add_gated, add_product, turned

UNITS = 64  # a feed-forward layer has a multiple of them


def widen(vision: Vision | DeepVision) -> None:
    """Give all feed-forward layers units that say nothing, up to the next multiple of UNITS."""
    for block in vision.blocks:
        if isinstance(block, VisionBlock):
            _widen(block.mlp)


def _widen(mlp: MLP) -> None:
    surplus = -mlp.gate_proj.out_features % UNITS
    for linear in (mlp.gate_proj, mlp.up_proj):
        linear.weight = _padded(linear.weight, (0, 0, 0, surplus))
        linear.bias = _padded(linear.bias, (0, surplus))
        linear.out_features += surplus
    mlp.down_proj.weight = _padded(mlp.down_proj.weight, (0, surplus))
    mlp.down_proj.in_features += surplus


def _padded(values: Tensor, by: tuple[int, ...]) -> nn.Parameter:
    return nn.Parameter(nn.functional.pad(values.detach(), by), requires_grad=False)


def patchify(frames: Tensor, shape: VisionShape) -> Tensor:
    """As pixels.py does it: (T, side, side, 3) uint8 becomes (T * patches, features) float32."""
    mean, std = (torch.tensor(numbers, device=frames.device) for numbers in (shape.mean, shape.std))
    pixels = (frames.float() / 255 - mean) / std
    blocks, merge, patch = shape.grid // shape.merge, shape.merge, shape.patch
    cut = pixels.view(len(frames), blocks, merge, patch, blocks, merge, patch, 3)
    cut = cut.permute(0, 1, 4, 2, 5, 7, 3, 6)[:, :, :, :, :, :, None]
    doubled = cut.expand(*cut.shape[:6], shape.temporal, *cut.shape[7:])
    return doubled.reshape(len(frames) * shape.patches, shape.features)


def see(vision: Vision | DeepVision, frames: Tensor) -> tuple[Tensor, Tensor | None]:
    """Image tokens (T, tokens, D), and what Qwen3-VL's inner levels add to them.

    frames: (T, side, side, 3) uint8, on the tower's device
    """
    pixels = patchify(frames, vision.shape)
    if isinstance(vision, DeepVision):
        tokens, levels = vision(pixels)
        return tokens, levels
    shape = vision.shape
    x = vision.patch_embed(pixels.to(vision.cos.dtype)).view(-1, shape.patches, shape.width)
    x = (windowed(x, shape) if shape.window else x).reshape(-1, shape.width)
    for number, block in enumerate(vision.blocks):
        assert isinstance(block, VisionBlock)
        whole = not shape.window or number in shape.full_blocks
        size = shape.patches if whole else (shape.window // shape.patch) ** 2
        run_block(
            block, x, *(turn.view(-1, size, turn.shape[-1]) for turn in (vision.cos, vision.sin))
        )
    tokens = vision.merger(x.view(-1, shape.patches, shape.width))
    return in_order(tokens, shape) if shape.window else tokens, None


def run_block(block: VisionBlock, x: Tensor, cos: Tensor, sin: Tensor) -> None:
    """One block, in place.

    x:        (T * patches, D) in window order
    cos, sin: (windows, patches of a window, head width), one window being the whole picture
    """
    windows, size, width = cos.shape
    merged = block.attn.qkv(block.norm1(x)).view(-1, windows, size, 3, block.attn.heads, width)
    turn = cos[:, :, None, : width // 2], sin[:, :, None, : width // 2]
    heads = turned(merged[:, :, :, 0], turn), turned(merged[:, :, :, 1], turn), merged[:, :, :, 2]
    query, key, value = (part.flatten(0, 1).transpose(1, 2) for part in heads)
    found = nn.functional.scaled_dot_product_attention(query, key, value)
    add_product(x, block.attn.proj, found.transpose(1, 2).reshape(x.shape))
    add_gated(x, block.mlp, block.norm2(x))

"""Turn patches into image tokens on several levels: the Qwen3-VL vision tower for one bucket.

For training and export only; what executes it in production is the exported graph. What the inner
levels say is added to the decoder's hidden states (model.py).
Source: transformers `Qwen3VLVisionModel`, whose parameter names are kept; DeepStack, arXiv
2406.04334.
Differences: 1) the patch convolution is the matrix product it is; 2) the places of the bucket are
constants, so that the learned positions are resampled once, when a runtime loads the graph.
"""

import numpy as np
import torch
from torch import Tensor, nn

from .pixels import patch_places
from .shape import Shape, VisionShape
from .vision import PatchEmbed, VisionAttention, turns


class DeepMLP(nn.Module):
    """Feed-forward layer without a gate."""

    def __init__(self, shape: VisionShape) -> None:
        """As transformers names it."""
        super().__init__()
        self.linear_fc1 = nn.Linear(shape.width, shape.inner)
        self.linear_fc2 = nn.Linear(shape.inner, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape as x."""
        inner = nn.functional.gelu(self.linear_fc1(x), approximate="tanh")
        return self.linear_fc2(inner)  # type: ignore[no-any-return]


class DeepBlock(nn.Module):
    """Attention and feed-forward, each behind its norm."""

    def __init__(self, shape: VisionShape) -> None:
        """As transformers names it."""
        super().__init__()
        self.norm1 = nn.LayerNorm(shape.width, shape.eps)
        self.norm2 = nn.LayerNorm(shape.width, shape.eps)
        self.attn = VisionAttention(shape)
        self.mlp = DeepMLP(shape)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Same shape as x."""
        x = x + self.attn(self.norm1(x), cos, sin)
        return x + self.mlp(self.norm2(x))  # type: ignore[no-any-return]


class DeepMerger(nn.Module):
    """Four neighbouring patches become one image token."""

    def __init__(self, shape: Shape, normed: int) -> None:
        """`normed` numbers go through the norm at a time: a patch's, or the four's."""
        super().__init__()
        merged = shape.vision.width * shape.vision.merge**2
        self.norm = nn.LayerNorm(normed, shape.vision.eps)
        self.linear_fc1 = nn.Linear(merged, merged)
        self.linear_fc2 = nn.Linear(merged, shape.text.width)

    def forward(self, x: Tensor) -> Tensor:
        """(T, patches, D) becomes (T, tokens, width of the decoder)."""
        frames, normed, merged = x.shape[0], self.norm.weight.shape[0], self.linear_fc1.in_features
        x = self.norm(x.reshape(frames, -1, normed)).reshape(frames, -1, merged)
        return self.linear_fc2(nn.functional.gelu(self.linear_fc1(x)))  # type: ignore[no-any-return]


class DeepVision(nn.Module):
    """The tower."""

    cos: Tensor
    sin: Tensor
    taps: Tensor
    shares: Tensor

    def __init__(self, shape: Shape) -> None:
        """The places are buffers that no checkpoint holds."""
        super().__init__()
        vision = self.shape = shape.vision
        self.patch_embed = PatchEmbed(vision)
        self.pos_embed = nn.Embedding(vision.table**2, vision.width)
        self.blocks = nn.ModuleList(DeepBlock(vision) for _ in range(vision.depth))
        self.merger = DeepMerger(shape, vision.width)
        self.deepstack_merger_list = nn.ModuleList(
            DeepMerger(shape, vision.width * vision.merge**2) for _ in vision.deep_blocks
        )
        for name, values in deep_places(vision, torch.get_default_dtype()).items():
            self.register_buffer(name, values, persistent=False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """The image tokens, and what the inner levels add to them.

        pixels:  (T * patches, features) float32
        returns: (T, tokens, width of the decoder), (T, levels, tokens, width of the decoder)
        """
        vision = self.shape
        x = self.patch_embed(pixels.to(self.cos.dtype)).view(-1, vision.patches, vision.width)
        learned = (self.pos_embed(self.taps).float() * self.shares[..., None]).sum(1)
        x = x + learned.to(x.dtype)
        levels = []
        for number, block in enumerate(self.blocks):
            x = block(x, self.cos, self.sin)
            if number in vision.deep_blocks:
                merger = self.deepstack_merger_list[vision.deep_blocks.index(number)]
                levels.append(merger(x))
        return self.merger(x), torch.stack(levels, 1)


def deep_places(shape: VisionShape, dtype: torch.dtype) -> dict[str, Tensor]:
    """Where the bucket's patches are: turns, and the learned positions around each of them.

    returns: cos and sin as vision.py has them; taps and shares (patches, 4), the four nearest
             positions of the learned table, whose corners are the picture's, and how much of each
    """
    places = patch_places(shape) * (shape.table - 1) / (shape.grid - 1)
    low = np.floor(places).astype(np.int64)
    part = places - low
    near = ((low, 1 - part), (np.minimum(low + 1, shape.table - 1), part))
    taps = [rows[:, 0] * shape.table + columns[:, 1] for rows, _ in near for columns, _ in near]
    shares = [row[:, 0] * column[:, 1] for _, row in near for _, column in near]
    return turns(shape, dtype) | {
        "taps": torch.from_numpy(np.stack(taps, 1)),
        "shares": torch.from_numpy(np.stack(shares, 1).astype(np.float32)),
    }

"""Hold the three pieces that the vision tower and the decoder share.

Source: transformers `Qwen2RMSNorm`, `Qwen2MLP`, `rotate_half`; parameter names are kept.
"""

import torch
from torch import Tensor, nn


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position: halves of the last dimension turn against each other."""
    half = x.shape[-1] // 2  # slices: chunk and split export to sequence operators
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sin


class RMSNorm(nn.Module):
    """Root mean square norm."""

    def __init__(self, width: int, eps: float) -> None:
        """Start at the identity."""
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Same shape as x."""
        return nn.functional.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


class MLP(nn.Module):
    """Gated feed-forward layer."""

    def __init__(self, width: int, inner: int, *, bias: bool) -> None:
        """The vision tower has biases, the decoder has none."""
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=bias)
        self.up_proj = nn.Linear(width, inner, bias=bias)
        self.down_proj = nn.Linear(inner, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape as x."""
        gated = nn.functional.silu(self.gate_proj(x)) * self.up_proj(x)
        return self.down_proj(gated)  # type: ignore[no-any-return]

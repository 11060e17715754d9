"""Turn patches into image tokens: the Qwen2.5-VL vision tower for one square bucket.

For training and export only; what executes it in production is the exported graph.
Source: transformers `Qwen2_5_VisionTransformerPretrainedModel`, whose parameter names are kept.
Differences: 1) window attention is a reshape without mask or index, since windows are whole; 2)
the positions of the bucket are constants; 3) the patch convolution is the matrix product it is.
"""

import torch
from torch import Tensor, nn

from .layers import MLP, RMSNorm, rotate
from .pixels import patch_angles
from .shape import Shape, VisionShape


class VisionAttention(nn.Module):
    """Attention of all patches of a picture to one another."""

    def __init__(self, shape: VisionShape) -> None:
        """One projection for queries, keys and values."""
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.proj = nn.Linear(shape.width, shape.width)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x: (..., patches, D), where each picture or window attends to itself alone."""
        merged = self.qkv(x).view(*x.shape[:-1], 3, self.heads, x.shape[-1] // self.heads)
        query, key, value = (merged[..., i, :, :].transpose(-2, -3) for i in range(3))
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
        size = (-1, *query.shape[-3:])  # 4-D for ONNX
        flat = query.reshape(size), key.reshape(size), value.reshape(size)
        out = nn.functional.scaled_dot_product_attention(flat[0], flat[1], flat[2])
        return self.proj(out.transpose(1, 2).reshape(x.shape))  # type: ignore[no-any-return]


class VisionBlock(nn.Module):
    """Attention and feed-forward, each behind its norm."""

    def __init__(self, shape: VisionShape) -> None:
        """As transformers names it."""
        super().__init__()
        self.norm1 = RMSNorm(shape.width, shape.eps)
        self.norm2 = RMSNorm(shape.width, shape.eps)
        self.attn = VisionAttention(shape)
        self.mlp = MLP(shape.width, shape.inner, bias=True)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Same shape as x."""
        x = x + self.attn(self.norm1(x), cos, sin)
        return x + self.mlp(self.norm2(x))  # type: ignore[no-any-return]


class PatchEmbed(nn.Module):
    """A convolution whose stride is its kernel: a matrix product."""

    def __init__(self, shape: VisionShape) -> None:
        """Keep the convolution's weight layout, so that published weights load."""
        super().__init__()
        kernel = (shape.temporal, shape.patch, shape.patch)
        self.proj = nn.Conv3d(3, shape.width, kernel, stride=kernel, bias=shape.table > 0)

    def forward(self, pixels: Tensor) -> Tensor:
        """pixels: (T * patches, features); returns (T * patches, D)."""
        return nn.functional.linear(pixels, self.proj.weight.flatten(1), self.proj.bias)


class Merger(nn.Module):
    """Four neighbouring patches become one image token."""

    def __init__(self, shape: VisionShape, width: int) -> None:
        """`width` is the decoder's."""
        super().__init__()
        merged = shape.width * shape.merge**2
        self.ln_q = RMSNorm(shape.width, shape.eps)
        self.mlp = nn.Sequential(nn.Linear(merged, merged), nn.GELU(), nn.Linear(merged, width))

    def forward(self, x: Tensor) -> Tensor:
        """(T, patches, D) becomes (T, tokens, width of the decoder)."""
        merged = self.mlp[0].in_features
        return self.mlp(self.ln_q(x).reshape(x.shape[0], -1, merged))  # type: ignore[no-any-return]


class Vision(nn.Module):
    """The tower."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        """The positions are buffers that no checkpoint holds."""
        super().__init__()
        self.shape = shape.vision
        self.patch_embed = PatchEmbed(shape.vision)
        self.blocks = nn.ModuleList(VisionBlock(shape.vision) for _ in range(shape.vision.depth))
        self.merger = Merger(shape.vision, shape.text.width)
        for name, values in turns(self.shape, torch.get_default_dtype()).items():
            self.register_buffer(name, values, persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """pixels: (T * patches, features) float32; returns (T, tokens, width of the decoder)."""
        x = self.patch_embed(pixels.to(self.cos.dtype))
        x = x.view(-1, self.shape.patches, self.shape.width)
        if not self.shape.window:
            for block in self.blocks:
                x = block(x, self.cos, self.sin)
            return self.merger(x)  # type: ignore[no-any-return]
        return in_order(self.merger(self._through_windows(windowed(x, self.shape))), self.shape)

    def _through_windows(self, x: Tensor) -> Tensor:
        """(T, patches, D) in window order; blocks see one window each, some the whole picture."""
        size = (self.shape.window // self.shape.patch) ** 2
        windows = self.shape.patches // size
        cos, sin = (part.view(windows, 1, size, -1) for part in (self.cos, self.sin))
        for number, block in enumerate(self.blocks):
            if number in self.shape.full_blocks:
                x = block(x, self.cos, self.sin)
                continue
            apart = x.reshape(-1, windows, size, x.shape[-1])
            x = block(apart, cos, sin).reshape(x.shape)
        return x


def windowed(x: Tensor, shape: VisionShape) -> Tensor:
    """(T, patches, D) in merge order becomes window by window."""
    side = shape.window // shape.patch // shape.merge  # of a window, in image tokens
    across = shape.side // shape.window
    cut = x.reshape(-1, across, side, across, side, shape.merge**2 * x.shape[-1])
    return cut.transpose(2, 3).reshape(x.shape)


def in_order(tokens: Tensor, shape: VisionShape) -> Tensor:
    """(T, tokens, D) window by window becomes row by row."""
    side = shape.window // shape.patch // shape.merge
    across = shape.side // shape.window
    cut = tokens.reshape(-1, across, across, side, side, tokens.shape[-1])
    return cut.transpose(2, 3).reshape(tokens.shape)


def turns(shape: VisionShape, dtype: torch.dtype) -> dict[str, Tensor]:
    """Cosine and sine of the bucket's positions, (1, 1, patches, head width), in window order."""
    angles = torch.from_numpy(patch_angles(shape))[None]
    angles = windowed(angles, shape) if shape.window else angles
    return {"cos": angles.cos()[:, None].to(dtype), "sin": angles.sin()[:, None].to(dtype)}

"""Turn embedded tokens into logits: the decoders of Qwen2.5-VL and Qwen3-VL over static caches.

For training and export only; what executes it in production is the exported graph.
Row b of a call holds S new tokens, written at cache rows write_indices[b] .. +S; token i sees cache
rows 0 .. write_indices[b] + i. Rows shorter than S are padded on the right: the padding lands where
no real token looks, and the next call overwrites it.
Source: transformers `Qwen2_5_VLTextModel` and `Qwen3VLTextModel`, whose parameter names are kept.
Differences: 1) static caches through TensorScatter; 2) logits at one position a row; 3) the output
matrix, where it is one of its own, is part of the text model; 4) what Qwen3-VL adds to the image
tokens after its first layers comes as an input of one token where no image is (zeros).
"""

import torch
from torch import Tensor, nn

from .deepstack import DeepVision
from .kernels import add_seen, attend, scatter_kv
from .layers import MLP, RMSNorm, rotate
from .shape import Shape, TextShape
from .vision import Vision


class Attention(nn.Module):
    """Projections with biases, as Qwen2 has them, or with norms, as Qwen3 has them."""

    def __init__(self, shape: TextShape) -> None:
        """Keys and values may have fewer heads than queries."""
        super().__init__()
        self.head_width, self.heads, self.kv_heads = shape.head_width, shape.heads, shape.kv_heads
        queries, keys = shape.heads * self.head_width, shape.kv_heads * self.head_width
        self.q_proj = nn.Linear(shape.width, queries, bias=not shape.normed)
        self.k_proj = nn.Linear(shape.width, keys, bias=not shape.normed)
        self.v_proj = nn.Linear(shape.width, keys, bias=not shape.normed)
        self.q_norm = RMSNorm(self.head_width, shape.eps) if shape.normed else nn.Identity()
        self.k_norm = RMSNorm(self.head_width, shape.eps) if shape.normed else nn.Identity()
        self.o_proj = nn.Linear(queries, shape.width, bias=False)

    def project(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(..., D) becomes query, key and value, (..., heads, head width)."""
        before, width = x.shape[:-1], self.head_width
        query = self.q_proj(x).view(*before, self.heads, width)
        key = self.k_proj(x).view(*before, self.kv_heads, width)
        value = self.v_proj(x).view(*before, self.kv_heads, width)
        return self.q_norm(query), self.k_norm(key), value


class Layer(nn.Module):
    """Attention and feed-forward, each behind its norm."""

    def __init__(self, shape: TextShape) -> None:
        """As transformers names it."""
        super().__init__()
        self.self_attn = Attention(shape)
        self.mlp = MLP(shape.width, shape.inner, bias=False)
        self.input_layernorm = RMSNorm(shape.width, shape.eps)
        self.post_attention_layernorm = RMSNorm(shape.width, shape.eps)

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """Everything after attention; both (..., D)."""
        x = x + self.self_attn.o_proj(attended)
        return x + self.mlp(self.post_attention_layernorm(x))  # type: ignore[no-any-return]


class Decoder(nn.Module):
    """The text model. `embed_tokens` is read outside the graph; tied, it is the output matrix."""

    def __init__(self, shape: TextShape) -> None:
        """Fresh weights."""
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.width, shape.eps)
        self.lm_head = None if shape.tied else nn.Linear(shape.width, shape.vocabulary, bias=False)

    def logits(self, hidden: Tensor) -> Tensor:
        """(..., D) becomes (..., vocabulary)."""
        matrix = self.embed_tokens if self.lm_head is None else self.lm_head
        return nn.functional.linear(self.norm(hidden), matrix.weight)

    def forward(
        self,
        input_embeds: Tensor,
        positions: Tensor,
        write_indices: Tensor,
        gather: Tensor,
        *held: Tensor,
    ) -> tuple[Tensor, ...]:
        """One call of the graph (DESIGN of the contract: README of this folder).

        input_embeds: (B, S, D); positions: (3, B, S); write_indices, gather: (B,)
        held:         caches key_0, value_0, key_1, ..., each (B, kv heads, S_max, head width);
                      last, in Qwen3-VL, deepstack (B, levels, 1 or S, D), for the first layers
        returns:      float32 logits (B, vocabulary) at `gather`, then the updated caches
        """
        turns = rope(positions, self.shape)  # in float32, whatever the weights are
        cos, sin = (turn[:, None].to(input_embeds.dtype) for turn in turns)  # (B, 1, S, D)
        new = torch.arange(input_embeds.shape[1], device=input_embeds.device)
        rows = torch.arange(held[0].shape[2], device=input_embeds.device)
        mask = rows <= (write_indices[:, None] + new)[:, None, :, None]  # (B, 1, S, S_max)
        x, updated = input_embeds, []
        deepstack = held[2 * len(self.layers) :]  # one or none
        for i, layer in enumerate(self.layers):
            assert isinstance(layer, Layer)
            heads = layer.self_attn.project(layer.input_layernorm(x))
            query, key, value = (head.transpose(1, 2) for head in heads)
            key = scatter_kv(held[2 * i], rotate(key, cos, sin), write_indices)
            value = scatter_kv(held[2 * i + 1], value, write_indices)
            attended = attend(rotate(query, cos, sin), key, value, mask)
            x = layer.finish(x, attended.transpose(1, 2).reshape(*x.shape[:2], -1))
            if deepstack and i < deepstack[0].shape[1]:
                x = add_seen(x, deepstack[0][:, i])
            updated += [key, value]
        picked = x[torch.arange(x.shape[0], device=x.device), gather]
        return self.logits(picked).float(), *updated


class SafeGuard(nn.Module):
    """Both halves, under transformers' names."""

    def __init__(self, shape: Shape) -> None:
        """Fresh weights."""
        super().__init__()
        self.shape = shape
        self.visual = tower(shape)
        self.language_model = Decoder(shape.text)


def tower(shape: Shape) -> Vision | DeepVision:
    """The vision tower of this shape, with fresh weights."""
    return DeepVision(shape) if shape.vision.table else Vision(shape)


def rope(positions: Tensor, shape: TextShape) -> tuple[Tensor, Tensor]:
    """Cosine and sine of multimodal rotary positions.

    positions: (3, ...) time, row and column of each token
    returns:   two of (..., head width); each frequency follows one of the three axes
    """
    width = shape.head_width
    steps = torch.arange(0, width, 2, dtype=torch.float32, device=positions.device)
    angles = positions[..., None].float() * (1.0 / shape.theta ** (steps / width))
    parts = _taking_turns(angles, shape) if shape.interleaved else _in_sections(angles, shape)
    turned = torch.cat(parts + parts, dim=-1)
    return turned.cos(), turned.sin()


def _in_sections(angles: Tensor, shape: TextShape) -> list[Tensor]:
    """Qwen2.5-VL: the first frequencies follow time, the next the row, the last the column."""
    parts, start = [], 0
    for axis, size in enumerate(shape.sections):
        parts.append(angles[axis % 3, ..., start : start + size])
        start += size
    return parts


def _taking_turns(angles: Tensor, shape: TextShape) -> list[Tensor]:
    """Qwen3-VL: time, row, column, time, ..., and time alone where the others have had theirs."""
    number = torch.arange(angles.shape[-1], device=angles.device)
    row, column = ((number % 3 == axis) & (number < 3 * shape.sections[axis]) for axis in (1, 2))
    return [torch.where(row, angles[1], torch.where(column, angles[2], angles[0]))]

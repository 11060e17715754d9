"""Pass tokens through the decoder's layers on a device, over caches, without a copy too many.

The modules are model.py's, and so are their results; what differs is how they are computed:
1) residuals are added by the matrix product itself, in place; 2) the last layer's queries and
feed-forward are computed for the token that is asked about alone, and not at all for a prefix;
3) rotations and gates overwrite what they read.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engines.safeguard.layers import MLP
from engines.safeguard.model import Decoder, Layer, rope

from .attention import attend_behind, attend_once
from .caches import Caches, rows_before


@dataclass(frozen=True)
class Tokens:
    """New tokens of all rows, which begin at the same cache row."""

    embeds: Tensor  # (B, S, D), used up
    positions: Tensor  # (3, 1 or B, S)
    start: int
    deepstack: Tensor | None = None  # (B, levels, S, D), added after the first layers


def prefill(
    decoder: Decoder, tokens: Tokens, caches: Caches, gather: Tensor | None = None
) -> Tensor:
    """Fill the caches.

    gather:  (B,) the token of each row whose last hidden state is wanted
    returns: (B, D), before the last norm; without gather nothing, (0, D)
    """
    rows, new, width = tokens.embeds.shape
    x, end = tokens.embeds.reshape(-1, width), tokens.start + new
    turn = turns(tokens.positions, decoder, x.dtype)
    layers = [layer for layer in decoder.layers if isinstance(layer, Layer)]
    for number, layer in enumerate(layers):
        normed = layer.input_layernorm(x).view(rows, new, width)
        query, key, value = layer.self_attn.project(normed)
        keys, values = (part[:rows, :end] for part in caches.layer(number))
        keys[:, tokens.start :], values[:, tokens.start :] = turned(key, turn), value
        query = turned(query, turn)
        if layer is not layers[-1]:
            finish(layer, x, attend_behind(query, keys, values))
            _deepen(x, tokens, number)
            continue
        if gather is None:
            return x[:0]
        every = torch.arange(rows, device=x.device)
        seen = rows_before(end, tokens.start + gather)
        attended = attend_once(query[every, gather], keys, values, seen)
        x = finish(layer, x.view(rows, new, width)[every, gather], attended)
    return x


def step(decoder: Decoder, x: Tensor, positions: Tensor, caches: Caches, used: Tensor) -> Tensor:
    """One more token of each row, written at cache row used[b].

    x:       (B, D), used up; positions: (3, B)
    returns: (B, D), before the last norm
    """
    turn = turns(positions, decoder, x.dtype)
    every = torch.arange(len(x), device=x.device)
    seen = rows_before(caches.layers[0][0].shape[1], used)
    for number, layer in enumerate(decoder.layers):
        assert isinstance(layer, Layer)
        query, key, value = layer.self_attn.project(layer.input_layernorm(x))
        keys, values = caches.layers[number]
        keys[every, used], values[every, used] = turned(key, turn), value
        finish(layer, x, attend_once(turned(query, turn), keys, values, seen))
    return x


def turns(positions: Tensor, decoder: Decoder, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cosine and sine of (3, ...) positions, each (..., 1, head width / 2)."""
    half = decoder.shape.head_width // 2  # the other half is the same
    cos, sin = rope(positions, decoder.shape)
    return cos[..., None, :half].to(dtype), sin[..., None, :half].to(dtype)


def turned(heads: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary position of (..., heads, width), in place."""
    cos, sin = turn
    half = heads.shape[-1] // 2
    left, right = heads[..., :half], heads[..., half:]
    new_left = (left * cos).addcmul_(right, sin, value=-1)
    right.mul_(cos).addcmul_(left, sin)
    left.copy_(new_left)
    return heads


def finish(layer: Layer, x: Tensor, attended: Tensor) -> Tensor:
    """Everything after attention, in place: x (M, D)."""
    add_product(x, layer.self_attn.o_proj, attended.reshape(len(x), -1))
    return add_gated(x, layer.mlp, layer.post_attention_layernorm(x))


def add_gated(x: Tensor, mlp: MLP, normed: Tensor) -> Tensor:
    """Add the gated feed-forward layer of `normed` to x, both (M, D)."""
    gate = nn.functional.silu(mlp.gate_proj(normed), inplace=True).mul_(mlp.up_proj(normed))
    return add_product(x, mlp.down_proj, gate)


def add_product(x: Tensor, linear: nn.Linear, inputs: Tensor) -> Tensor:
    """Add a linear layer of the inputs to x, inside of the matrix product."""
    x.addmm_(inputs, linear.weight.t())
    return x if linear.bias is None else x.add_(linear.bias)


def _deepen(x: Tensor, tokens: Tokens, number: int) -> None:
    if tokens.deepstack is not None and number < tokens.deepstack.shape[1]:
        x.view(tokens.embeds.shape).add_(tokens.deepstack[:, number])

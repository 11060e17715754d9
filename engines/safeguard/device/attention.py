"""Attend over caches without a mask where a kernel can, and with one where it cannot.

Rows that share a prefix have it in front of their own tokens, all at the same length, so "sees
everything before it" is the causal mask drawn from the lower right corner: flash attention takes it
without a mask, and keys of fewer heads than queries without a copy. Right padding needs nothing:
no real token comes after it.
Difference from torch's `scaled_dot_product_attention`: 1) its `is_causal` is drawn from the upper
left corner; the kernel under it, which is called here by name, from the lower right one.
"""

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

HEAD_WIDTH_MAX = 256  # of flash attention, in steps of 8
AMPERE = (8, 0)
MASKED = [SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]  # can be captured in a graph


def attend_behind(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Each new token sees all tokens before it and itself.

    query:      (B, S, heads, width); key, value: (B, before + S, kv heads, width), new tokens last
    returns:    (B, S, heads, width)
    """
    queries, keys, values = (part.transpose(1, 2) for part in (query, key, value))
    if takes_flash(query):
        flash = torch.ops.aten._scaled_dot_product_flash_attention
        found = flash(queries, keys, values, 0.0, True)[0]
    else:
        mask = lower_right(query.shape[1], key.shape[1], query.device)
        found = scaled_dot_product_attention(queries, keys, values, mask, enable_gqa=True)
    return found.transpose(1, 2)  # type: ignore[no-any-return]


def attend_once(query: Tensor, key: Tensor, value: Tensor, seen: Tensor) -> Tensor:
    """One new token a row; queries that share a key stand where a sequence would stand.

    query:   (B, heads, width); key, value: (B, rows, kv heads, width); seen: bool (B, rows)
    returns: (B, heads, width)
    """
    grouped = query.view(query.shape[0], key.shape[2], -1, query.shape[2])
    with sdpa_kernel(MASKED):
        found = scaled_dot_product_attention(
            grouped, key.transpose(1, 2), value.transpose(1, 2), seen[:, None, None]
        )
    return found.reshape(query.shape)


def takes_flash(query: Tensor) -> bool:
    """Whether this device has a flash kernel for such heads."""
    if not query.is_cuda or query.dtype not in (torch.bfloat16, torch.float16):
        return False
    width = query.shape[-1]
    fits = width % 8 == 0 and width <= HEAD_WIDTH_MAX
    return fits and torch.cuda.get_device_capability(query.device) >= AMPERE


def lower_right(new: int, whole: int, device: torch.device) -> Tensor:
    """The mask itself, (new, whole)."""
    return torch.ones(new, whole, dtype=torch.bool, device=device).tril(whole - new)

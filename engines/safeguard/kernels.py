"""Name the three ONNX operators that PyTorch has no name for.

`scatter_kv` is ONNX TensorScatter(24), `attend` is ONNX Attention(24) over an external cache, and
`add_seen` is Add, whose second input has one token or as many as the first: which of them is known
to each call, not to the graph. Here stands what they mean in torch; safeguard/onnx_graph.py
translates them.
"""

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention


@torch.library.custom_op("safeguard::scatter_kv", mutates_args=())
def scatter_kv(cache: Tensor, update: Tensor, write_indices: Tensor) -> Tensor:
    """Write the update [B,H,S,D] into a cache [B,H,S_max,D] at rows write_indices[b] .. +S."""
    rows = write_indices[:, None] + torch.arange(update.shape[2], device=cache.device)
    index = rows[:, None, :, None].expand(update.shape)
    return cache.scatter(2, index, update)


@scatter_kv.register_fake
def _(cache: Tensor, update: Tensor, write_indices: Tensor) -> Tensor:
    return torch.empty_like(cache)


@torch.library.custom_op("safeguard::attend", mutates_args=())
def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Grouped attention: query [B,Hq,S,D], caches [B,Hkv,S_max,D], mask bool [B,1,S,S_max]."""
    return scaled_dot_product_attention(query, key, value, mask, enable_gqa=True)


@attend.register_fake
def _(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    return torch.empty_like(query)


@torch.library.custom_op("safeguard::add_seen", mutates_args=())
def add_seen(x: Tensor, seen: Tensor) -> Tensor:
    """Add what was seen [B,1 or S,D] to hidden states [B,S,D]."""
    return x + seen


@add_seen.register_fake
def _(x: Tensor, seen: Tensor) -> Tensor:
    return torch.empty_like(x)

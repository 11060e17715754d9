"""Run the guard over a training batch: one image prefix a picture, several policy rows on it.

The linear layers see real tokens only, so padding costs nothing but attention. Equal to the
exported graph's calls, row by row (tests/retrain/test_forward.py).
"""

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from engines.safeguard.layers import rotate
from engines.safeguard.model import Decoder, Layer, SafeGuard, rope
from engines.safeguard.prompt import IMAGE_CLOSES, IMAGE_OPENS
from engines.safeguard.rows import prefix_positions

from .batches import Batch

PROBED_LAYER = 2  # after it the sentences' meaning is read off


@dataclass(frozen=True)
class Hidden:
    """Hidden states of all real tokens, flat; `index` finds them by row and column."""

    last: Tensor  # (tokens, D)
    probed: Tensor  # (tokens, D)
    index: Tensor  # (R, S)


@dataclass(frozen=True)
class Turn:
    """Rotary cosine and sine."""

    cos: Tensor
    sin: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Turn queries or keys, (..., S, D) or (tokens, heads, D)."""
        return rotate(x, self.cos, self.sin)


class Packed:
    """The forward of training, over one guard's weights."""

    def __init__(self, guard: SafeGuard, tokenizer: Tokenizer) -> None:
        """Works out the prefix once."""
        self.guard = guard
        self.text: Decoder = guard.language_model
        before, after = (tokenizer.encode(part).ids for part in (IMAGE_OPENS, IMAGE_CLOSES))
        self.device = guard.language_model.embed_tokens.weight.device
        self._before = torch.tensor(before, device=self.device)
        self._after = torch.tensor(after, device=self.device)
        places = prefix_positions(guard.shape.vision, len(before), len(after))
        self.prefix_places = torch.from_numpy(places).to(self.device)
        self.text_start = int(places.max()) + 1
        self.prefix_turn = Turn(*rope(self.prefix_places, guard.shape.text))

    def __call__(self, images: Tensor, batch: Batch) -> Hidden:
        """images: (pictures, image tokens, D); the batch has R / pictures rows for each."""
        rows, length = batch.ids.shape
        real = torch.arange(length, device=self.device) < batch.lengths[:, None]
        flat = real.flatten().nonzero()[:, 0]
        index = torch.zeros(rows * length, dtype=torch.long, device=self.device)
        index[flat] = torch.arange(len(flat), device=self.device)
        run = _Run(self, images, batch, flat)
        last, probed = run.layers()
        return Hidden(last, probed, index.view(rows, length))

    def prefix(self, images: Tensor) -> Tensor:
        """Embedded prefix, (pictures, prefix tokens, D)."""
        before, after = (self.text.embed_tokens(ids) for ids in (self._before, self._after))
        many = len(images)
        return torch.cat((before.expand(many, -1, -1), images, after.expand(many, -1, -1)), 1)

    def row_turn(self, columns: Tensor) -> Turn:
        """Positions of row tokens, by their column."""
        places = (columns + self.text_start).expand(3, -1)
        cos, sin = rope(places, self.guard.shape.text)
        return Turn(cos[:, None], sin[:, None])


class _Run:
    """One pass; holds what every layer needs."""

    def __init__(self, packed: Packed, images: Tensor, batch: Batch, flat: Tensor) -> None:
        self.packed, self.flat = packed, flat
        self.rows, self.length = batch.ids.shape
        self.each = self.rows // len(images)
        self.x = packed.text.embed_tokens(batch.ids.flatten()[flat])
        self.prefix = packed.prefix(images)
        self.turn = packed.row_turn(flat % self.length)
        self.mask = self._mask()

    def layers(self) -> tuple[Tensor, Tensor]:
        """Hidden states after the last layer and after the probed one."""
        probed = self.x
        for number, layer in enumerate(self.packed.text.layers, start=1):
            assert isinstance(layer, Layer)
            self._layer(layer, last=number == len(self.packed.text.layers))
            if number == PROBED_LAYER:
                probed = self.x
        return self.x, probed

    def _layer(self, layer: Layer, *, last: bool) -> None:
        heads = layer.self_attn.project(layer.input_layernorm(self.prefix))
        query, key, value = (head.transpose(1, 2) for head in heads)
        turn = self.packed.prefix_turn
        query, key = turn(query), turn(key)
        row_query, row_key, row_value = layer.self_attn.project(layer.input_layernorm(self.x))
        keys = torch.cat((self._repeat(key), self._pad(self.turn(row_key))), 2)
        values = torch.cat((self._repeat(value), self._pad(row_value)), 2)
        row_query = self._pad(self.turn(row_query))
        out = scaled_dot_product_attention(row_query, keys, values, self.mask)
        flat = out.transpose(1, 2).reshape(self.rows * self.length, -1)[self.flat]
        self.x = layer.finish(self.x, flat)
        if not last:
            seen = scaled_dot_product_attention(query, key, value, is_causal=True)
            self.prefix = layer.finish(self.prefix, seen.transpose(1, 2).reshape_as(self.prefix))

    def _mask(self) -> Tensor:
        """Rows see the whole prefix and their own past, (S, prefix + S), additive."""
        prefix = self.prefix.shape[1]
        shape = (self.length, prefix + self.length)
        return self.prefix.new_full(shape, float("-inf")).triu(prefix + 1)

    def _repeat(self, x: Tensor) -> Tensor:
        """One prefix for each row of its picture: (pictures, H, P, D) to (R, H, P, D)."""
        return x.repeat_interleave(self.each, 0)

    def _pad(self, x: Tensor) -> Tensor:
        """Flat (tokens, H, D) to padded (R, H, S, D)."""
        heads, width = x.shape[1:]
        padded = x.new_zeros(self.rows * self.length, heads, width)
        padded = padded.index_copy(0, self.flat, x)
        return padded.view(self.rows, self.length, heads, width).transpose(1, 2)

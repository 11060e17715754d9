"""Training and the exported graph's calls are the same function."""

import numpy as np
import pytest
import torch

from engines.safeguard.model import SafeGuard
from engines.safeguard.ports import cache_names
from engines.safeguard.rows import row_positions
from engines.safeguard.shape import Shape, TextShape
from retrain.batches import Batch, Batcher
from retrain.forward import Packed
from retrain.rows import Lesson, Teacher
from retrain.scenes import random_twins
from retrain.tokenizer import build_tokenizer

pytestmark = pytest.mark.torch
TOKENIZER = build_tokenizer()
SHAPE = Shape(TextShape(TOKENIZER.get_vocab_size(), layers=3, kv_heads=4))


def some_batch() -> Batch:
    rng = np.random.default_rng(0)
    twins, teacher = random_twins(rng), Teacher(rng)
    pairs = teacher.rows(twins, 3, Lesson(rules=3))
    return Batcher(TOKENIZER).batch([one for one, _ in pairs] + [other for _, other in pairs])


@torch.no_grad()
def test_packed_rows_equal_the_decoder_row_by_row() -> None:
    torch.manual_seed(0)
    guard, batch = SafeGuard(SHAPE).eval(), some_batch()
    packed = Packed(guard, TOKENIZER)
    images = torch.randn(2, SHAPE.vision.tokens, SHAPE.text.width)
    hidden = packed(images, batch)
    for row, length in enumerate(batch.lengths.tolist()):
        prefix = packed.prefix(images[row // 3][None])
        words = guard.language_model.embed_tokens(batch.ids[row, :length])[None]
        start = torch.from_numpy(row_positions(np.array([packed.text_start]), length))
        positions = torch.cat((packed.prefix_places[:, None], start), 2)
        caches = [torch.zeros(1, 4, 256, 32) for _ in cache_names(SHAPE)]
        whole = torch.cat((prefix, words), 1)
        last = torch.tensor([whole.shape[1] - 1])
        want = guard.language_model(whole, positions, torch.tensor([0]), last, *caches)[0][0]
        got = guard.language_model.logits(hidden.last[hidden.index[row, length - 1]])
        assert (got - want).abs().max() < 1e-4

"""A batch asks for every token of every completion, and for nothing else."""

import numpy as np
import pytest

from retrain.batches import Batcher
from retrain.rows import Lesson, Teacher
from retrain.scenes import random_twins
from retrain.tokenizer import build_tokenizer

pytestmark = pytest.mark.torch
TOKENIZER = build_tokenizer()


def test_what_is_asked_spells_the_completions() -> None:
    rng = np.random.default_rng(1)
    pairs = Teacher(rng).rows(random_twins(rng), 6, Lesson(rules=4))
    rows = [row for pair in pairs for row in pair]
    batch = Batcher(TOKENIZER).batch(rows)
    row, column, target = batch.asked
    assert (batch.ids[row, column + 1] == target).all()
    for number, wanted in enumerate(rows):
        spelt = TOKENIZER.decode(target[row == number].tolist(), skip_special_tokens=False)
        assert spelt == wanted.completion


def test_every_sentence_has_its_meaning_at_its_stop() -> None:
    rng = np.random.default_rng(2)
    pairs = Teacher(rng).rows(random_twins(rng), 4, Lesson(rules=3, recite=1.0, list=0.0))
    rows = [row for pair in pairs for row in pair]
    batch = Batcher(TOKENIZER).batch(rows)
    assert batch.clauses.shape == (5, sum(len(row.clauses) for row in rows))
    row, column = batch.clauses[:2]
    assert {TOKENIZER.id_to_token(i) for i in batch.ids[row, column].tolist()} == {"Ġ."}


def test_the_tokenizer_drops_nothing() -> None:
    for text in ("no guns .", "Übergrößen 銃 🔫", "\x00\t\n"):
        assert TOKENIZER.decode(TOKENIZER.encode(text).ids) == text

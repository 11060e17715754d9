"""A stage trains, saves, is resumed where it stopped, and is not repeated."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engines.safeguard.shape import Shape, TextShape, VisionShape
from retrain.learner import Learner
from retrain.pool import render
from retrain.scenes import random_twins
from retrain.stages import Classroom, Stage, cosine, policy_rows, resume, train, words_rows
from retrain.tokenizer import build_tokenizer

pytestmark = pytest.mark.torch


def small_learner() -> Learner:
    tokenizer = build_tokenizer()
    text = TextShape(tokenizer.get_vocab_size(), layers=2, inner=32)
    return Learner(Shape(text, VisionShape(depth=1, inner=32)), tokenizer, seed=0)


def classroom() -> Classroom:
    rng = np.random.default_rng(0)
    return Classroom(render([random_twins(rng) for _ in range(4)], rng), rng)


@pytest.mark.parametrize("rows", [words_rows, policy_rows])
def test_a_stage_resumes_where_it_stopped_and_then_rests(tmp_path: Path, rows: object) -> None:
    learner, room = small_learner(), classroom()
    train(learner, room, Stage("stage", 1, rows, cosine), tmp_path)  # type: ignore[arg-type]
    train(learner, room, Stage("stage", 2, rows, cosine), tmp_path)  # type: ignore[arg-type]
    after = {name: tensor.clone() for name, tensor in learner.state_dict().items()}
    train(learner, room, Stage("stage", 2, rows, cosine), tmp_path)  # type: ignore[arg-type]
    fresh = small_learner()
    assert resume(fresh, tmp_path / "stage.pt") == 2
    for learnt in (learner, fresh):
        assert all(torch.equal(after[name], t) for name, t in learnt.state_dict().items())

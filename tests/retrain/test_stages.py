"""A stage trains, saves, is resumed where it stopped, and is not repeated."""

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.safeguard.shape import Shape, TextShape, VisionShape
from retrain.learner import Learner
from retrain.pool import Pool, render
from retrain.scenes import random_twins
from retrain.stages import Classroom, Stage, cosine, judge, perceive, recite, resume, sight, train
from retrain.tokenizer import build_tokenizer

pytestmark = pytest.mark.torch

LATER = time.monotonic() + 3600


def small_learner() -> Learner:
    tokenizer = build_tokenizer()
    text = TextShape(tokenizer.get_vocab_size(), layers=2, inner=32)
    return Learner(Shape(text, VisionShape(depth=1, inner=32)), tokenizer, seed=0)


def other_words() -> Learner:
    """With a larger vocabulary."""
    learner = small_learner()
    shape = replace(learner.guard.shape, text=replace(learner.guard.shape.text, vocabulary=2000))
    return Learner(shape, learner.tokenizer, seed=0)


def few_pictures() -> Iterator[Pool]:
    rng = np.random.default_rng(0)
    return repeat(render([random_twins(rng) for _ in range(4)], rng))


def classroom(first: int) -> Classroom:
    return Classroom(few_pictures(), np.random.default_rng(first))


def weights(learner: Learner) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in learner.state_dict().items()}


@pytest.mark.parametrize("losses", [perceive, recite, judge])
def test_a_stage_resumes_where_it_stopped_and_then_rests(tmp_path: Path, losses: object) -> None:
    learner = small_learner()
    for steps in (1, 2):
        stage = Stage("stage", steps, losses, cosine)  # type: ignore[arg-type]
        assert train(learner, classroom, stage, tmp_path, LATER)
    after = weights(learner)
    assert train(learner, classroom, stage, tmp_path, LATER)
    fresh = small_learner()
    assert resume(stage.parts(fresh), tmp_path / "stage.pt") == 2
    for learnt in (learner, fresh):
        assert all(torch.equal(after[name], t) for name, t in learnt.state_dict().items())


def test_a_slice_that_is_over_saves_its_step_and_is_not_finished(tmp_path: Path) -> None:
    learner, stage = small_learner(), Stage("stage", 9, perceive, cosine)
    assert not train(learner, classroom, stage, tmp_path, until=time.monotonic())
    assert resume(stage.parts(small_learner()), tmp_path / "stage.pt") == 1


def test_perception_leaves_the_language_alone(tmp_path: Path) -> None:
    learner, stage = small_learner(), Stage("stage", 2, perceive, cosine, parts=sight)
    before = weights(learner)
    train(learner, classroom, stage, tmp_path, LATER)
    assert resume(stage.parts(other_words()), tmp_path / "stage.pt") == 2
    changed = {name for name, t in learner.state_dict().items() if not torch.equal(before[name], t)}
    assert changed and all(name.startswith(("guard.visual.", "seeing.")) for name in changed)

"""Run stages 1 and 2: language on top of perception, in strict pairs, by number of steps."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engines.safeguard.pixels import patchify

from .batches import Batcher
from .learner import Learner, Losses
from .muon import Optimizers
from .pairs import RULES_MAX, RULES_MIN
from .perception import Answers, costly
from .pool import Pool
from .rows import Lesson, Row, RowPair, Teacher, listed

WARM_UP = 40  # steps
RATE_END = 0.05  # of the full learning rate
LOG_EVERY = 50  # steps
SAVE_EVERY = 250  # steps
PAIRS = 10  # twins in a batch, two pictures each
POLICIES = 4  # rows of each picture
BEGINNER_SHARE = 0.3  # of stage 1: easy sentences alone
CURRICULUM_SHARE = 0.1  # of stage 2, until policies have five rules

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    """One stage of language training.

    rows: from the share of the course that is done; rate: from the same, of the learning rate
    span: which part of its course this stage is, where a long one is cut in two
    """

    name: str
    steps: int
    rows: Callable[["Classroom", float], tuple[NDArray[np.int64], list[Row]]]
    rate: Callable[[float], float]
    span: tuple[float, float] = (0.0, 1.0)

    def done(self, step: int) -> float:
        """Share of the course that is done after so many steps of this stage."""
        begin, end = self.span
        return begin + (end - begin) * step / self.steps


class Classroom:
    """Everything that draws batches."""

    def __init__(self, pool: Pool, rng: np.random.Generator) -> None:
        """One source of chance."""
        self.pool, self.rng = pool, rng
        self.teacher = Teacher(rng)
        self.answers = Answers(pool)

    def twins(self, count: int) -> NDArray[np.int64]:
        """Numbers of random twins."""
        return self.rng.integers(0, len(self.pool.twins), count)

    def rules(self, most: int) -> int:
        """Number of rules of a batch's policies."""
        return int(self.rng.integers(RULES_MIN, most + 1))


def words_rows(room: Classroom, done: float) -> tuple[NDArray[np.int64], list[Row]]:
    """Stage 1: every picture is listed once, and recites one policy."""
    known = max(0.0, (done - BEGINNER_SHARE) / (1 - BEGINNER_SHARE))
    most = min(RULES_MAX, int(2 + 4 * done))
    lesson = Lesson(room.rules(most), known=known, recite=1.0, list=0.0)
    numbers, rows = room.twins(2 * PAIRS), []
    for number in numbers:
        twins = room.pool.twins[number]
        rows += _by_picture([listed(twins), *room.teacher.rows(twins, 1, lesson)])
    return _pictures(numbers), rows


def policy_rows(room: Classroom, done: float) -> tuple[NDArray[np.int64], list[Row]]:
    """Stage 2: several policies on every picture."""
    most = min(RULES_MAX, int(3 + 3 * done / CURRICULUM_SHARE))
    lesson = Lesson(room.rules(most))
    numbers, rows = room.twins(PAIRS), []
    for number in numbers:
        rows += _by_picture(room.teacher.rows(room.pool.twins[number], POLICIES, lesson))
    return _pictures(numbers), rows


def cosine(done: float) -> float:
    """From one to RATE_END."""
    return RATE_END + (1 - RATE_END) * 0.5 * (1 + math.cos(math.pi * done))


def train(learner: Learner, room: Classroom, stage: Stage, out: Path) -> None:
    """Train one stage; resume from its checkpoint, skip it if it is finished."""
    path = out / f"{stage.name}.pt"
    first = resume(learner, path)
    batcher, tower = Batcher(learner.tokenizer), learner.guard.visual
    embeddings = learner.guard.language_model.embed_tokens.weight
    optimizers = Optimizers([learner], apart=[embeddings, *costly(tower)])
    for step in range(first + 1, stage.steps + 1):
        done = stage.done(step)
        pictures, rows = stage.rows(room, done)
        pixels = torch.from_numpy(patchify(room.pool.pictures[pictures], tower.shape))
        losses = learner.losses(pixels, room.answers.of(pictures), batcher.batch(rows))
        optimizers.step(losses.total, min(1.0, (step - first) / WARM_UP) * stage.rate(done))
        if step % LOG_EVERY == 0:
            _log(stage, step, losses)
        if step % SAVE_EVERY == 0 or step == stage.steps:
            save(learner, path, step)


def save(learner: Learner, path: Path, step: int) -> None:
    """Write a checkpoint in one move, so that a reader never sees half of it."""
    part = path.with_suffix(".part")
    torch.save({"step": step, "learner": learner.state_dict()}, part)
    part.replace(path)


def resume(learner: Learner, path: Path) -> int:
    """Load a stage's checkpoint; returns its step, 0 without one."""
    if not path.exists():
        return 0
    stored = torch.load(path, weights_only=True)
    learner.load_state_dict(stored["learner"])
    return int(stored["step"])


def _log(stage: Stage, step: int, losses: Losses) -> None:
    log.info(
        "%s %d/%d words %.3f seeing %.3f clauses %.3f",
        *(stage.name, step, stage.steps, losses.words, losses.seeing, losses.clauses),
    )


def _pictures(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack((2 * numbers, 2 * numbers + 1), 1).flatten()


def _by_picture(pairs: list[RowPair]) -> list[Row]:
    """Rows of one twin, then of the other."""
    return [one for one, _ in pairs] + [other for _, other in pairs]

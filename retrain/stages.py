"""Run the stages: perception, then language on top of it in strict pairs, by number of steps.

A stage stops at its last step or at the end of its slice of time, and goes on from its checkpoint
with a fresh warm-up, fresh pictures and fresh rows.
"""

import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .batches import Batcher
from .learner import Learner, Losses
from .muon import Optimizers
from .pairs import RULES_MAX, RULES_MIN
from .perception import Answers, costly
from .pool import Pool
from .rows import Lesson, Row, RowPair, Teacher, listed
from .supply import POOL_STEPS

WARM_UP = 40  # steps
RATE_END = 0.05  # of the full learning rate
SLOWNESS = 0.3  # of the learning rate, for the tower after perception: at 1 it unlearns a third
LOG_EVERY = 50  # steps
SAVE_EVERY = 250  # steps
SEEN = 32  # pictures in a batch of perception
PAIRS = 10  # twins in a batch of language, two pictures each
POLICIES = 4  # rows of each picture
BEGINNER_SHARE = 0.3  # of the words: easy sentences alone
CURRICULUM_SHARE = 0.1  # of the policies, until they have five rules

log = logging.getLogger(__name__)


class Classroom:
    """Everything that draws batches."""

    def __init__(self, pools: Iterator[Pool], rng: np.random.Generator) -> None:
        """One source of chance; `renew` brings the first pictures."""
        self._pools, self.rng = pools, rng
        self.teacher = Teacher(rng)
        self.renew()

    def renew(self) -> None:
        """Take the next pool."""
        self.pool = next(self._pools)
        self.answers = Answers(self.pool)

    def twins(self, count: int) -> NDArray[np.int64]:
        """Numbers of random twins."""
        return self.rng.integers(0, len(self.pool.twins), count)

    def rules(self, most: int) -> int:
        """Number of rules of a batch's policies."""
        return int(self.rng.integers(RULES_MIN, most + 1))


Lossy = Callable[[Learner, Classroom, float], Losses]  # the float: share of the course that is done


def everything(learner: Learner) -> dict[str, nn.Module]:
    """All parts are trained."""
    return {"learner": learner}


def sight(learner: Learner) -> dict[str, nn.Module]:
    """The tower and the heads that teach it; no word of any language."""
    return {"tower": learner.tower, "seeing": learner.seeing}


@dataclass(frozen=True)
class Stage:
    """One stage of training.

    rate: of the learning rate, from the share of the course that is done
    span: which part of its course this stage is, where a long one is cut in two
    """

    name: str
    steps: int
    losses: Lossy
    rate: Callable[[float], float]
    span: tuple[float, float] = (0.0, 1.0)
    parts: Callable[[Learner], dict[str, nn.Module]] = everything

    def slow(self, learner: Learner) -> list[nn.Parameter]:
        """The tower, where it has learned to see before."""
        return [] if self.parts is sight else [*learner.tower.parameters()]

    def done(self, step: int) -> float:
        """Share of the course that is done after so many steps of this stage."""
        begin, end = self.span
        return begin + (end - begin) * step / self.steps


def perceive(learner: Learner, room: Classroom, done: float) -> Losses:
    """Stage 0: what is in each cell, half of the time mirrored."""
    chosen = room.rng.integers(0, len(room.pool.pictures), SEEN)
    pictures, mirrored = room.pool.pictures[chosen], bool(room.rng.random() < 0.5)
    if mirrored:
        pictures = pictures[:, :, ::-1]
    return learner.see(learner.patches(pictures), room.answers.of(chosen, mirrored=mirrored))


def recite(learner: Learner, room: Classroom, done: float) -> Losses:
    """Stage 1: every picture is listed once, and recites three policies."""
    known = max(0.0, (done - BEGINNER_SHARE) / (1 - BEGINNER_SHARE))
    most = min(RULES_MAX, int(2 + 4 * done))
    lesson = Lesson(room.rules(most), known=known, recite=1.0, list=0.0)
    numbers, rows = room.twins(PAIRS), []
    for number in numbers:
        twins = room.pool.twins[number]
        rows += _by_picture([listed(twins), *room.teacher.rows(twins, POLICIES - 1, lesson)])
    return _read(learner, room, numbers, rows)


def judge(learner: Learner, room: Classroom, done: float) -> Losses:
    """Stages 2 and 3: several policies on every picture."""
    most = min(RULES_MAX, int(3 + 3 * done / CURRICULUM_SHARE))
    lesson = Lesson(room.rules(most))
    numbers, rows = room.twins(PAIRS), []
    for number in numbers:
        rows += _by_picture(room.teacher.rows(room.pool.twins[number], POLICIES, lesson))
    return _read(learner, room, numbers, rows)


def _read(learner: Learner, room: Classroom, numbers: NDArray[np.int64], rows: list[Row]) -> Losses:
    pictures = np.stack((2 * numbers, 2 * numbers + 1), 1).flatten()
    pixels = learner.patches(room.pool.pictures[pictures])
    batch = Batcher(learner.tokenizer).batch(rows)
    return learner.losses(pixels, room.answers.of(pictures), batch)


def cosine(done: float) -> float:
    """From one to RATE_END."""
    return RATE_END + (1 - RATE_END) * 0.5 * (1 + math.cos(math.pi * done))


def train(
    learner: Learner, room: Callable[[int], Classroom], stage: Stage, out: Path, until: float
) -> bool:
    """Train one stage from its checkpoint on; whether it is finished.

    room:  from the first step, so that a resumed stage sees other pictures
    until: when to stop, on the monotonic clock
    """
    path = out / f"{stage.name}.pt"
    first = resume(stage.parts(learner), path)
    if first >= stage.steps:
        return True
    classroom, told = room(first), _Told(stage)
    embeddings = learner.guard.language_model.embed_tokens.weight
    apart, slow = [embeddings, *costly(learner.tower)], stage.slow(learner)
    optimizers = Optimizers(stage.parts(learner).values(), apart, slow, SLOWNESS)
    for step in range(first + 1, stage.steps + 1):
        if step > first + 1 and step % POOL_STEPS == 1:
            classroom.renew()
        done = stage.done(step)
        losses = stage.losses(learner, classroom, done)
        optimizers.step(losses.total, min(1.0, (step - first) / WARM_UP) * stage.rate(done))
        told.add(step, losses)
        over = time.monotonic() >= until
        if step % SAVE_EVERY == 0 or step == stage.steps or over:
            save(stage.parts(learner), path, step)
        if over:
            return step == stage.steps
    return True


def save(parts: dict[str, nn.Module], path: Path, step: int) -> None:
    """Write a checkpoint in one move, so that a reader never sees half of it."""
    part = path.with_suffix(".part")
    weights = {name: module.state_dict() for name, module in parts.items()}
    torch.save({"step": step, **weights}, part)
    part.replace(path)


def resume(parts: dict[str, nn.Module], path: Path) -> int:
    """Load a stage's checkpoint; returns its step, 0 without one."""
    if not path.exists():
        return 0
    stored = torch.load(path, weights_only=True, map_location="cpu")
    for name, module in parts.items():
        module.load_state_dict(stored[name])
    return int(stored["step"])


class _Told:
    """What the log says: means since it last said something."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._held: dict[str, list[float]] = defaultdict(list)

    def add(self, step: int, losses: Losses) -> None:
        for name, value in losses.figures.items():
            self._held[name].append(value)
        if step % LOG_EVERY == 0:
            words = " ".join(f"{name} {np.mean(held):.3f}" for name, held in self._held.items())
            log.info("%s %d/%d %s", self._stage.name, step, self._stage.steps, words)
            self._held.clear()


def _by_picture(pairs: list[RowPair]) -> list[Row]:
    """Rows of one twin, then of the other."""
    return [one for one, _ in pairs] + [other for _, other in pairs]

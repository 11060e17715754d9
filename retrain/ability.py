"""Measure what training on policies must not cost: does the guard count, place, name colours?

Asked through the guard as it stands, with another prompt; the answer is what it thinks, because it
never comes to answer safe or unsafe. Beside each figure stands what a constant answer gets.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.manifest import Manifest
from engines.safeguard.answer import Answer
from engines.safeguard.guard import MODE

from .measures import mean_with_interval
from .pool import render
from .questions import QUESTIONS, Kind, question
from .scenes import Twins, random_twins
from .traces import ASK

SEED = 90_002
ASKED = 300  # of each kind of question


@dataclass(frozen=True)
class Question:
    """One question about one picture."""

    kind: Kind
    text: str
    answer: str


def asking(manifest: Manifest) -> Manifest:
    """The same guard, asked questions where it would be given policies."""
    return replace(manifest, modes={MODE: replace(manifest.modes[MODE], prompt=ASK)})


def build(each: int) -> tuple[list[Question], NDArray[np.uint8]]:
    """`each` questions of every kind and their pictures, always the same ones."""
    rng = np.random.default_rng(SEED)
    asked: list[Question] = []
    twins: list[Twins] = []
    for kind in QUESTIONS * each:  # in turns, because the first half of a pool is encoded
        drawn, found = _of_kind(kind, rng)
        twins.append(drawn)
        asked.append(found)
    return asked, render(twins, rng).pictures[::2]


def _of_kind(kind: Kind, rng: np.random.Generator) -> tuple[Twins, Question]:
    """A question of exactly this kind: in a scene without a single object it became a count."""
    while True:
        twins = random_twins(rng)
        text, answer = question(twins.one, kind, rng)
        if kind == "count" or not text.startswith("how many"):
            return twins, Question(kind, text, answer)


def figures(questions: Sequence[Question], answers: Sequence[Answer]) -> dict[str, Any]:
    """Share of right answers of each kind and of all, and of the best constant answer."""
    right = np.array(
        [a.rationale.strip() == q.answer for q, a in zip(questions, answers, strict=True)]
    )
    kinds = np.array([question.kind for question in questions])
    return {
        "questions": len(questions),
        "accuracy": mean_with_interval(right),
        "by_kind": {kind: mean_with_interval(right[kinds == kind]) for kind in QUESTIONS},
        "constant_by_kind": {kind: _constant(questions, kind) for kind in QUESTIONS},
    }


def _constant(questions: Sequence[Question], kind: Kind) -> float:
    answers = Counter(question.answer for question in questions if question.kind == kind)
    return round(answers.most_common(1)[0][1] / answers.total(), 3)

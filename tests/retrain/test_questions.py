"""A question has the answer that the scene gives."""

import numpy as np
import pytest

from engines.scenes.layout import Scene
from retrain.questions import Kind, question

SCENE = Scene("beach", ("gun", "flag", "gun"), ((20, 40), (70, 40), (30, 80)), (0, 16, 0), 0)


def answers(kind: Kind) -> dict[str, str]:
    return dict(question(SCENE, kind, np.random.default_rng(seed)) for seed in range(60))


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        ("count", "how many guns ?", "2"),
        ("count", "how many flags ?", "1"),
        ("position", "is the flag left or right ?", "right"),
        ("colour", "which colour is the flag ?", "blue"),
    ],
)
def test_the_answer_is_the_scenes(kind: Kind, text: str, answer: str) -> None:
    assert answers(kind)[text] == answer


def test_what_is_absent_is_counted_as_none() -> None:
    absent = {text: answer for text, answer in answers("count").items() if answer == "0"}
    assert absent and "how many guns ?" not in absent

"""Questions of every kind are asked on fresh pictures, and answers read from what is thought."""

from collections import Counter

from engines.manifest import AnswerTokens, Mode
from engines.safeguard.answer import Answer
from retrain import ability
from retrain.questions import QUESTIONS

EACH = 8
QUESTIONS_ASKED, FRAMES = ability.build(EACH)


def test_every_kind_is_asked_equally_often_about_a_picture_of_its_own() -> None:
    assert Counter(q.kind for q in QUESTIONS_ASKED) == dict.fromkeys(QUESTIONS, EACH)
    assert FRAMES.shape == (3 * EACH, 96, 96, 3)
    assert len({frame.tobytes() for frame in FRAMES}) == 3 * EACH


def test_questions_are_the_same_every_time() -> None:
    again, frames = ability.build(EACH)
    assert again == QUESTIONS_ASKED and (frames == FRAMES).all()


def test_the_answer_is_what_is_thought() -> None:
    answers = [Answer("unparsable", 0.5, q.answer) for q in QUESTIONS_ASKED]
    found = ability.figures(QUESTIONS_ASKED, answers)
    assert found["accuracy"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert all(figure["mean"] == 1.0 for figure in found["by_kind"].values())
    assert all(share < 1 for share in found["constant_by_kind"].values())


def test_a_trace_in_place_of_an_answer_is_wrong() -> None:
    answers = [Answer("safe", 0.1, "kitchen : 2 gun ; gun allowed ok") for _ in QUESTIONS_ASKED]
    assert ability.figures(QUESTIONS_ASKED, answers)["accuracy"]["mean"] == 0.0


def test_a_guard_is_asked_with_the_prompt_that_training_used() -> None:
    from dataclasses import replace
    from pathlib import Path

    from engines.manifest import Manifest

    folder = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"
    manifest = Manifest.load(folder)
    asked = ability.asking(manifest)
    assert asked.modes["reasoned"].prompt == "question : {policy}"
    assert replace(asked, modes=manifest.modes) == manifest
    assert isinstance(asked.modes["reasoned"], Mode)
    assert isinstance(asked.modes["reasoned"].answers, AnswerTokens)

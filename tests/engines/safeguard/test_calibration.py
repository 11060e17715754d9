"""Scores follow the answer and how surely its trace was said; what is doubtful is asked again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.calibration import Calibration
from engines.errors import ManifestError
from engines.safeguard.calibration import METHOD, Said, Scale, is_doubtful
from engines.safeguard.guard import Guard
from engines.safeguard.letterbox import letterbox
from engines.safeguard.parts import load_parts
from engines.scenes.draw import draw
from engines.scenes.layout import arrange

FITTED = Calibration(
    method=METHOD, parameters={"first": (0.0, 0.1, 1.0, 2.0), "second": (0.0, 0.5, 2.0)}
)
DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"
SURE, UNSURE = (-0.01, -0.02), (-0.01, -1.2)

Shares = st.floats(0, 1)


def test_an_unsure_trace_makes_the_same_answer_less_certain() -> None:
    scale = Scale(FITTED)
    sure, unsure = (scale.first(Said(0.999, words)) for words in (SURE, UNSURE))
    assert 0.5 < unsure < sure
    assert scale.first(Said(0.001, SURE)) < scale.first(Said(0.001, UNSURE)) < 0.5


@given(low=Shares, high=Shares, log_probs=st.lists(st.floats(-20, 0), max_size=5))
def test_a_higher_answer_never_lowers_a_score(
    low: float, high: float, log_probs: list[float]
) -> None:
    scale, ordered = Scale(FITTED), sorted((low, high))
    first, last = (scale.first(Said(answer, log_probs)) for answer in ordered)
    assert 0 < first <= last < 1


def test_drawn_traces_pull_a_doubtful_score_their_way() -> None:
    scale = Scale(FITTED)
    against, divided, for_ = (
        scale.second(0.5, ends) for ends in ([1.0] * 4, [1.0, 0.0] * 2, [0.0] * 4)
    )
    assert for_ < divided < against
    assert np.isclose(divided, 0.5)


def test_without_a_trace_the_answer_alone_counts() -> None:
    assert Scale(FITTED).first(Said(0.9)) == Scale(FITTED).first(Said(0.9, (0.0, 0.0)))


@pytest.mark.parametrize(("score", "doubtful"), [(0.2, False), (0.21, True), (0.8, False)])
def test_doubt_lies_between_its_bounds(score: float, doubtful: bool) -> None:
    assert is_doubtful(score) is doubtful


@pytest.mark.parametrize(
    "wrong",
    [
        replace(FITTED, method="isotonic"),
        replace(FITTED, parameters={"first": (0.0,), "second": (0.0, 0.5, 2.0)}),
        replace(FITTED, parameters={"first": (0.0, -1.0, 1.0, 2.0), "second": (0.0, 0.5, 2.0)}),
    ],
)
def test_parameters_of_another_map_are_refused(wrong: Calibration) -> None:
    with pytest.raises(ManifestError, match="calibration"):
        Scale(wrong)


def test_drawn_traces_are_the_same_for_a_row_alone_and_among_others() -> None:
    shipped = Guard.load(DEMO)
    doubts = replace(FITTED, parameters={"first": (0.0,) * 4, "second": (0.0, 0.0, 1.0)})
    guard = Guard(replace(shipped.manifest, calibration=doubts), load_parts(DEMO, "onnxruntime", 1))
    frames = np.stack([letterbox(draw(arrange("street", ("gun", "pill"), i)), 96) for i in (1, 2)])
    texts = ["No guns. Anything else is allowed.", "No flags. Anything else is allowed."]
    together = [answer.score for row in guard.score(frames, texts) for answer in row]
    alone = [guard.score(frame[None], [text])[0][0].score for frame in frames for text in texts]
    assert alone == pytest.approx(together, abs=1e-4)
    assert min(together) < 0.5 < max(together)

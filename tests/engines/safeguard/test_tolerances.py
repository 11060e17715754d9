"""A build is as close to its checkpoint as its precision allows; what is not measured is not."""

from dataclasses import replace

import numpy as np
import pytest

from engines.safeguard.answer import Answer
from engines.safeguard.tolerances import answers_apart, broken, broken_golden, logits_apart

SAME = {"cases": 500, "score_difference_p99": 0.004, "same_decision": 0.998}
ANSWER = Answer("unsafe", 0.9, "a gun")


def test_nothing_measured_is_nothing_kept() -> None:
    assert broken("float32", {}) == ["logit_difference_max is not measured"]
    assert len(broken("float16", {})) == 4


@pytest.mark.parametrize(
    ("precision", "golden", "cases", "fault"),
    [
        ("float32", {"logit_difference_max": 2e-4}, {}, "logit_difference_max is 0.0002, at most"),
        ("float16", {"logit_distance_max": 0.3}, SAME, "logit_distance_max is 0.3, at most 0.1"),
        ("bfloat16", {"logit_distance_max": 0.01}, SAME | {"cases": 499}, "cases is 499, at least"),
        ("float16", {"logit_distance_max": 0.01}, SAME | {"same_decision": 0.99}, "same_decision"),
        ("float16", {"logit_distance_max": 0.01}, SAME | {"score_difference_p99": 0.021}, "0.021"),
        # not a number is no number within the limits
        ("float32", {"logit_difference_max": float("nan")}, {}, "is nan"),
    ],
)
def test_a_figure_outside_is_named(
    precision: str, golden: dict[str, float], cases: dict[str, float], fault: str
) -> None:
    (found,) = broken(precision, {"golden": golden, "cases": cases})
    assert fault in found


def test_golden_inputs_are_judged_without_the_cases() -> None:
    assert broken_golden("float16", {"golden": {"logit_distance_max": 0.01}}) == []
    assert broken_golden("float16", {}) == ["logit_distance_max is not measured"]


def test_logits_are_compared_with_their_own_spread() -> None:
    reference = [np.array([[0.0, 2.0], [4.0, 6.0]], np.float32)]
    figures = logits_apart([reference[0] + 0.5], reference)
    assert figures == {
        "logit_difference_max": 0.5,
        "logit_distance_max": 0.224,
        "logit_max": 6.0,
    }


def test_decisions_scores_and_traces_are_compared() -> None:
    other = replace(ANSWER, word="unparsable", score=0.5, rationale="")
    figures = answers_apart([ANSWER, ANSWER], [ANSWER, other])
    assert (figures["cases"], figures["same_decision"], figures["same_trace"]) == (2, 0.5, 0.5)
    assert figures["score_difference_max"] == 0.4

"""An engine is promoted for what its manifest claims, and refused with every reason why not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines.manifest import Execution, Manifest
from retrain.promotion import refusals

DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"
CPU = Execution("onnxruntime", "1.32.0", "CPU, x86_64", "", "2026-11-25T12:00:00Z")
GPU = Execution("tensorrt", "11.4.0", "H100", "SM90", "2026-11-25T12:00:00Z")
WITHOUT_GPU = replace(GPU, device="CPU, x86_64", capability="")
HALF = {
    "golden": {"logit_distance_max": 0.01},
    "cases": {"cases": 500, "score_difference_p99": 0.01, "same_decision": 1.0},
}


def good(**changes: Any) -> Manifest:
    parity = {"golden": {"logit_difference_max": 1e-5}}
    gate = {"gate": {"rl": {"balanced_accuracy": 0.9, "refusal": ""}}}
    made = replace(
        Manifest.load(DEMO), grade="production", executed_on=(CPU,), parity=parity, evaluation=gate
    )
    return replace(made, **changes)


def test_what_was_executed_gated_and_kept_its_tolerance_is_promoted() -> None:
    assert refusals(good(), allow_demo=False) == []
    half = good(runtime="tensorrt", precision="float16", executed_on=(GPU,), parity=HALF)
    assert refusals(half, allow_demo=False) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"executed_on": ()}, "no machine has executed it with onnxruntime"),
        # executed by something else than what will run it
        ({"executed_on": (GPU,)}, "no machine has executed it with onnxruntime"),
        ({"parity": {}}, "tolerance of float32: logit_difference_max is not measured"),
        ({"parity": {"golden": {"logit_difference_max": 1e-3}}}, "is 0.001, at most 0.0001"),
        ({"evaluation": {}}, "it passed no gate: none was held"),
        ({"evaluation": {"gate": {"rl": {"refusal": "the polarity is swapped"}}}}, "swapped"),
        ({"grade": "demo"}, "it is a demo"),
    ],
)
def test_whatever_is_missing_is_said(changes: dict[str, Any], reason: str) -> None:
    (found,) = refusals(good(**changes), allow_demo=False)
    assert reason in found


def test_a_plan_for_gpus_needs_one_that_has_executed_it() -> None:
    build = good(runtime="tensorrt", precision="float16", executed_on=(WITHOUT_GPU,), parity=HALF)
    (found,) = refusals(build, allow_demo=False)
    assert found == "no GPU has executed it, and tensorrt runs on nothing else"


def test_half_precision_needs_five_hundred_cases() -> None:
    few = HALF | {"cases": HALF["cases"] | {"cases": 499}}
    (found,) = refusals(good(precision="float16", parity=few), allow_demo=False)
    assert found == "tolerance of float16: cases is 499, at least 500"


def test_a_demo_may_be_promoted_by_who_says_so() -> None:
    assert refusals(good(grade="demo"), allow_demo=True) == []
    assert refusals(good(grade="demo", executed_on=()), allow_demo=True) != []

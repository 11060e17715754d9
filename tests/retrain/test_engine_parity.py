"""A build is compared with its float32 build over whole judgements, and with nothing else."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines.errors import EngineError
from engines.manifest import Manifest
from engines.safeguard.gate import Cases
from engines.safeguard.tolerances import broken
from retrain.engine_parity import cases_from, measured

DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"


def test_a_build_is_as_far_from_itself_as_nothing() -> None:
    judged: list[int] = []
    manifest = measured(DEMO, DEMO, cases_from(None, 2), judged.append)
    figures = manifest.parity["cases"]
    assert (figures["cases"], figures["same_decision"], figures["score_difference_max"]) == (
        4,
        1,
        0,
    )
    assert figures["reference"] == manifest.build and sum(judged) == 8
    assert "cases is 4, at least 500" in broken("float16", manifest.parity)


@pytest.mark.parametrize("change", ["precision", "shape"])
def test_another_model_or_another_precision_is_no_reference(change: str, tmp_path: Path) -> None:
    other = shutil.copytree(DEMO, tmp_path / "other")
    manifest = Manifest.load(other)
    text = manifest.shape["text"] | {"theta": 5e5}
    changes = (
        {"precision": "float16"}
        if change == "precision"
        else {"shape": manifest.shape | {"text": text}}
    )
    replace(manifest, **changes).save(other)
    with pytest.raises(EngineError, match="must hold the same model in float32"):
        measured(DEMO, other, no_cases, lambda count: None)


def no_cases(side: int) -> Cases:
    return Cases(np.zeros((0, side, side, 3), np.uint8), [], [])

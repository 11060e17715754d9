"""The shipped guard, calibrated on few pictures, is loaded and judges as it was measured."""

import shutil
from pathlib import Path

import pytest

from engines.calibration import Calibration
from engines.manifest import Manifest
from engines.safeguard.calibration import METHOD, SIZES
from engines.safeguard.guard import Guard
from retrain.calibrate import calibrate

DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]  # all test sets are drawn once


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engine") / "copy"
    shutil.copytree(DEMO, folder)
    calibrate(folder, pairs=20)
    return folder


def test_the_manifest_says_what_was_fitted_and_measured(engine: Path) -> None:
    found = Manifest.load(engine).calibration
    assert found.method == METHOD and {n: len(w) for n, w in found.parameters.items()} == SIZES
    assert found.fitted_on.startswith("40 drawn pictures")
    assert found.ece is not None and 0 <= found.ece <= 1
    assert found.auroc is not None and 0 <= found.auroc <= 1


def test_a_calibrated_guard_passes_its_golden_inputs_and_is_another_build(engine: Path) -> None:
    guard = Guard.load(engine)
    assert guard.manifest.build != Manifest.load(DEMO).build


def test_calibrating_again_starts_from_nothing(engine: Path) -> None:
    before = Manifest.load(engine).calibration
    assert calibrate(engine, pairs=20)["grade"] in ("calibrated", "ordinal")
    assert Manifest.load(engine).calibration == before != Calibration()

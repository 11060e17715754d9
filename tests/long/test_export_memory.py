"""A published checkpoint becomes an engine in little more memory than its 16-bit weights."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.torch
ROOT = Path(__file__).parents[2]
PARAMETERS_MIN, MEMORY = 1_500_000_000, 1.25  # times the weights


def run(module: str, *arguments: Path) -> str:
    command = [sys.executable, "-m", f"tests.engines.safeguard.{module}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.mark.timeout(900)
def test_the_peak_is_a_quarter_above_the_weights_at_most(tmp_path: Path) -> None:
    source, out = tmp_path / "published", tmp_path / "out"
    run("published", source)  # 3.1 GB, and as much again from the compile
    measured = json.loads(run("lean", source, out).splitlines()[-1])
    assert measured["weights"] > 2 * PARAMETERS_MIN
    assert measured["peaks"]["end"] <= MEMORY * measured["weights"], measured

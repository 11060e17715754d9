"""A smoke test of the guard's bench: every figure comes out, whatever it is on a busy machine."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.curve import Curves, draw

ROOT = Path(__file__).parent.parent.parent
FIGURES = {
    "rows_speedup_8x180",
    "rows_speedup_32x150",
    "small_rows_speedup_8x180",
    "small_rows_speedup_32x150",
    "policy_first_speedup_8x800",
    "max_logit_error",
    "onnx_vs_torch",
    "merged_uploads_speedup",
}


@pytest.mark.torch
@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_last_line_of_the_bench_is_one_json_object_with_every_figure() -> None:
    command = [sys.executable, "-m", "tests.bench.guard", "--quick"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures.keys() == FIGURES
    assert figures.pop("max_logit_error") <= 1e-4  # 0 where both go through the same kernels
    assert all(value > 0 for value in figures.values())


def test_the_curve_is_a_drawing_with_a_line_of_its_own_for_every_name() -> None:
    lines = {"a & b": [(1.0, 2.0), (8.0, 4.0)], "c": [(1.0, 1.0), (8.0, 1.0)]}
    root = ElementTree.fromstring(draw(Curves("<title>", "across", "up", lines)))
    drawn = [element.get("points") for element in root if element.tag.endswith("polyline")]
    words = [element.text for element in root if element.tag.endswith("text")]
    assert drawn[0] == "155.5,230.0 796.0,76.0" and len(drawn) == 2
    assert {"<title>", "a & b", "c", "across", "up", "8"} <= set(words)

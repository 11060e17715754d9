"""The shipped guard in half precision answers as in float32: on 500 pictures of the mini set."""

from pathlib import Path

import pytest

from engines.compile.cases import drawn_cases
from engines.compile.hub import Found
from engines.compile.order import Order
from engines.manifest import RuntimeName
from engines.safeguard.tolerances import broken
from retrain.engine_parity import cases_from, measured

pytestmark = pytest.mark.torch
DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"
PAIRS = 250


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("runtime", "precision"), [("onnxruntime", "float16"), ("torch", "bfloat16")]
)
def test_decisions_and_scores_are_those_of_float32(
    runtime: RuntimeName, precision: str, tmp_path: Path
) -> None:
    from engines.compile.source import read_source  # torch
    from engines.compile.whole import Compile

    source = read_source(Found(DEMO, "shipped"), None, None)
    order = Order(tmp_path / "half", runtime, precision, ungated=True)
    Compile(order, source, drawn_cases, lambda said: None).run()
    manifest = measured(order.out, DEMO, cases_from(None, PAIRS), lambda count: None)
    assert broken(precision, manifest.parity) == []
    assert manifest.parity["cases"]["cases"] == 2 * PAIRS

"""A precision is one that the runtime runs."""

from pathlib import Path

import pytest

from engines.compile.order import PRECISIONS, Order
from engines.errors import EngineError
from engines.manifest import RuntimeName


@pytest.mark.parametrize("runtime", PRECISIONS)
def test_unsaid_it_is_the_runtime_s_usual_one(runtime: RuntimeName) -> None:
    usual = "float32" if runtime == "onnxruntime" else "bfloat16"
    assert Order(Path("x"), runtime).precision == usual


@pytest.mark.parametrize("precision", ["bfloat16", "int8", "float64"])
def test_another_one_is_refused(precision: str) -> None:
    with pytest.raises(EngineError, match=f"onnxruntime runs float32, float16, not {precision}"):
        Order(Path("x"), precision=precision)

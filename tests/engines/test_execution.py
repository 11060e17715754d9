"""A build's executions are recorded with the versions of what is installed here."""

import platform

import onnxruntime
import pytest

from engines.errors import EngineError
from engines.execution import executed_here
from engines.manifest import Execution

AT = "2026-11-25T12:00:00Z"


def test_a_processor_has_no_capability() -> None:
    here = executed_here("onnxruntime", AT, None)
    device = f"CPU, {platform.machine()}"
    assert here == Execution("onnxruntime", onnxruntime.__version__, device, "", AT)


def test_a_runtime_that_is_absent_is_named() -> None:
    with pytest.raises(EngineError, match="tensorrt is not installed here"):
        executed_here("tensorrt", AT, ("H100", "SM90"))

"""A build's executions are recorded with the versions of what is installed here."""

import platform

import onnxruntime
import pytest

from engines.errors import EngineError
from engines.execution import check_executed, executable, executed_here, refuse_another
from engines.manifest import Execution

AT = "2026-11-25T12:00:00Z"


def test_a_processor_has_no_capability() -> None:
    here = executed_here("onnxruntime", AT, None)
    device = f"CPU, {platform.machine()}"
    assert here == Execution("onnxruntime", onnxruntime.__version__, device, "", AT)


def test_a_runtime_that_is_absent_is_named() -> None:
    with pytest.raises(EngineError, match="tensorrt is not installed here"):
        executed_here("tensorrt", AT, ("H100", "SM90"))


def test_a_plan_is_for_the_library_and_the_gpu_that_executed_it() -> None:
    known = [Execution("tensorrt", "11.4.0", "NVIDIA H100", "SM90", AT)]
    refuse_another(known, "11.4.0", "NVIDIA H200", "SM90")
    for version, capability in (("11.5.0", "SM90"), ("11.4.0", "SM89")):
        with pytest.raises(EngineError) as refused:
            refuse_another(known, version, "NVIDIA L4", capability)
        assert f"tensorrt 11.4.0 on NVIDIA H100 (SM90), and here are {version}" in str(
            refused.value
        )


def test_where_nothing_was_executed_nothing_is_loaded() -> None:
    with pytest.raises(EngineError, match=r"executed with nothing, and here are 11\.4\.0"):
        refuse_another([], "11.4.0", "NVIDIA L4", "SM89")


def test_other_runtimes_build_nothing_for_a_device() -> None:
    check_executed("onnxruntime", ())
    assert executable("onnxruntime") == ""
    assert "tensorrt is not installed here" in executable("tensorrt")

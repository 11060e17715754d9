"""What TensorRT is asked for exists in its interface; without a GPU a plan is an error."""

import ast
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engines.errors import EngineError
from engines.runtimes import plan, tensorrt
from engines.runtimes.tensorrt import TensorRtRuntime
from engines.safeguard.ports import vision_ports
from engines.safeguard.profiles import vision_profile
from tests.engines.safeguard.stock import WINDOWS

trt = pytest.importorskip("tensorrt_rtx", reason="needs the rtx extra")
pytestmark = pytest.mark.torch
OWNERS = {  # what a name in our code holds -> the class of TensorRT's
    "trt": trt,
    "builder": trt.Builder,
    "network": trt.INetworkDefinition,
    "config": trt.IBuilderConfig,
    "parser": trt.OnnxParser,
    "one": trt.IOptimizationProfile,
    "attention": trt.IAttention,
    "layer": trt.IAttentionInputLayer,
    "context": trt.IExecutionContext,
    "self._engine": trt.ICudaEngine,
    "self._runtime": trt.Runtime,
}


def asked(path: Path) -> set[tuple[str, str]]:
    tree = ast.parse(path.read_text())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {(ast.unparse(node.value), node.attr) for node in nodes}


@pytest.mark.parametrize("module", [plan, tensorrt], ids=["plan", "executor"])
def test_every_name_that_is_asked_of_the_library_is_there(module: ModuleType) -> None:
    found = asked(Path(str(module.__file__)))
    ours = {("one", "name"), ("one", "shape")}  # ports
    wanted = {pair for pair in found if pair[0] in OWNERS} - ours
    assert len(wanted) >= 6
    assert {f"{o}.{n}" for o, n in wanted if not hasattr(OWNERS[o], n)} == set()


@pytest.mark.gpu
def test_a_plan_says_what_onnx_runtime_says(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    from engines.runtimes.onnx import OnnxRuntime
    from engines.safeguard.model import SafeGuard
    from engines.safeguard.names import stock_names
    from engines.safeguard.onnx_graph import Weights, write_vision

    halves = {n: t.half().contiguous() for n, t in stock_names(SafeGuard(WINDOWS)).items()}
    save_file(halves, tmp_path / "w")
    write_vision(WINDOWS, graph := tmp_path / "vision.onnx", Weights(tmp_path / "w"))
    library = plan.Target("tensorrt_rtx")
    (tmp_path / "p").write_bytes(plan.build(graph, [vision_profile(WINDOWS)], 0, library))
    ports = vision_ports(WINDOWS, "float16")
    runtime = TensorRtRuntime(tmp_path / "p", *ports, "tensorrt_rtx")
    size = (2 * WINDOWS.vision.patches, WINDOWS.vision.features)
    pixels = {"pixels": torch.randn(size).numpy()}
    got, want = (r.run(pixels)["embeds"] for r in (runtime, OnnxRuntime(graph)))
    assert np.abs(got - want).max() <= 0.02 * np.abs(want).max()


def test_no_device_is_an_error_and_no_other_runtime(tmp_path: Path) -> None:
    (tmp_path / "plan").write_bytes(b"")
    with pytest.raises(EngineError):
        TensorRtRuntime(tmp_path / "plan", *vision_ports(WINDOWS), "tensorrt_rtx")

"""Our side of a plan: caches stay, steps are captured; without a GPU a plan is an error."""

import ast
import shutil
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engines.errors import EngineError, RuntimeShapeError
from engines.runtimes import Port, plan, tensorrt, zeros
from engines.runtimes.cuda import DeviceArray
from engines.runtimes.onnx import OnnxRuntime
from engines.runtimes.tensorrt import TensorRtRuntime
from engines.safeguard.guard import Guard
from engines.safeguard.parts import DECODER, VISION, Parts, graph_parts
from engines.safeguard.ports import decoder_ports, vision_ports
from engines.safeguard.profiles import decoder_profiles, vision_profile
from engines.safeguard.shape import Shape
from tests.engines.runtimes import pretend
from tests.engines.runtimes.stubs import faults, write_stubs
from tests.engines.runtimes.test_onnx import inputs
from tests.engines.safeguard.test_guard import DEMO, POLICIES, frames, guard

ROOT = Path(__file__).parents[3]
FILES = [f"engines/runtimes/{name}.py" for name in ("plan", "tensorrt", "cuda")]
WEIGHTS = shutil.ignore_patterns("weights", "__pycache__")


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> pretend.Cuda:
    cuda = pretend.Cuda()
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", cuda)
    monkeypatch.setitem(sys.modules, "tensorrt", pretend.tensorrt(cuda))
    return cuda


@pytest.fixture
def runtime(cuda: pretend.Cuda, tmp_path: Path) -> TensorRtRuntime:
    (tmp_path / "plan").write_text(str(DEMO / DECODER))
    return TensorRtRuntime(tmp_path / "plan", *ports(), "tensorrt")


def ports() -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    manifest = guard().manifest
    return decoder_ports(Shape.from_dict(manifest.shape), manifest.s_max)


def executed(runtime: TensorRtRuntime) -> Guard:
    return Guard(guard().manifest, replace(graph_parts(DEMO, 1), decoder=runtime))


def test_a_guard_whose_caches_stay_on_the_device_answers_alike(
    runtime: TensorRtRuntime, cuda: pretend.Cuda
) -> None:
    here, there = (one.score(frames()[:2], POLICIES) for one in (guard(), executed(runtime)))
    assert here == there and cuda.launches > 10


def test_the_same_work_finds_its_captured_steps_again(
    runtime: TensorRtRuntime, cuda: pretend.Cuda
) -> None:
    found = []
    for _ in range(3):
        executed(runtime).score(frames()[:1], POLICIES)
        found.append((cuda.launches, len(runtime._steps), len(cuda.buffers)))
    assert [steps for _, steps, _ in found] == [1, 1, 1]
    assert found[1][2] == found[2][2], "memory is used again"
    assert found[1][0] - found[0][0] == found[0][0] + 1, "the first step was captured, not launched"


def test_arrays_that_lie_here_are_written_over_too(runtime: TensorRtRuntime) -> None:
    arrays, same = inputs(), inputs()
    into = {port.name: arrays[port.name.removesuffix("_out")] for port in runtime.outputs[1:]}
    logits = runtime.run(arrays, into)["logits"]
    want = OnnxRuntime(DEMO / DECODER).run(same)
    assert (logits == want["logits"]).all() and (arrays["key_0"] == want["key_0_out"]).all()


def test_few_captured_steps_are_kept(
    runtime: TensorRtRuntime, cuda: pretend.Cuda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tensorrt, "STEPS_KEPT", 2)
    for rows in (1, 2, 3, 4):
        runtime.run(inputs(rows, 1))
    assert len(runtime._steps) == 2 and cuda.forgotten == 2


def test_more_rows_than_a_profile_takes_are_refused(runtime: TensorRtRuntime) -> None:
    with pytest.raises(RuntimeShapeError, match=r"no profile takes \(49, 3,"):
        runtime.run(inputs(49, 3))


def test_arrays_are_checked_before_they_are_copied(runtime: TensorRtRuntime) -> None:
    with pytest.raises(RuntimeShapeError, match="gather: expected contiguous int64"):
        runtime.run(inputs() | {"gather": np.zeros(2, np.int32)})


def test_a_runtime_says_where_caches_lie(runtime: TensorRtRuntime) -> None:
    assert isinstance(zeros(runtime, (2, 3), "float32"), DeviceArray)
    assert isinstance(zeros(OnnxRuntime(DEMO / DECODER), (2, 3), "float32"), np.ndarray)


@pytest.mark.usefixtures("cuda")
def test_a_plan_of_another_version_or_gpu_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text("/none")
    with pytest.raises(EngineError, match=r"tensorrt 11\.0 on this GPU cannot load .*plan"):
        TensorRtRuntime(tmp_path / "plan", *ports(), "tensorrt")


def test_no_library_is_an_error_and_no_other_runtime(tmp_path: Path) -> None:
    (tmp_path / "plan").write_bytes(b"")
    with pytest.raises(EngineError, match="tensorrt_none is not installed"):
        TensorRtRuntime(tmp_path / "plan", *ports(), "tensorrt_none")


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stubs")
    write_stubs(folder)
    return folder


@pytest.mark.rtx
@pytest.mark.torch
def test_the_executor_keeps_to_the_librarys_types(stubs: Path) -> None:
    assert faults(ROOT, FILES, stubs) == []


@pytest.mark.rtx
@pytest.mark.torch
def test_a_call_that_the_library_has_not_is_found(stubs: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "engines", tmp_path / "engines", ignore=WEIGHTS)
    executor = tmp_path / "engines" / "runtimes" / "tensorrt.py"
    executor.write_text(executor.read_text().replace("execute_async_v3(", "execute_async_v2("))
    (found,) = faults(tmp_path, ["engines/runtimes/tensorrt.py"], stubs)
    assert '"IExecutionContext" has no attribute "execute_async_v2"' in found


@pytest.mark.rtx
@pytest.mark.torch
@pytest.mark.parametrize("module", [plan, tensorrt], ids=["plan", "executor"])
def test_every_name_that_is_asked_of_the_module_is_there(module: ModuleType) -> None:
    trt = pytest.importorskip("tensorrt_rtx")
    nodes = [n for n in ast.walk(ast.parse(Path(str(module.__file__)).read_text()))]
    asked = {
        n.attr for n in nodes if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "trt"
    }
    assert len(asked) >= 3 and {name for name in asked if not hasattr(trt, name)} == set()


@pytest.mark.gpu
@pytest.mark.rtx
@pytest.mark.torch
@pytest.mark.parametrize("name", ["tensorrt", "tensorrt_rtx"])
def test_a_real_plan_answers_as_onnx_runtime_does(name: str, tmp_path: Path) -> None:
    pytest.importorskip(name)
    manifest = guard().manifest
    shape = Shape.from_dict(manifest.shape)
    made = {DECODER: decoder_profiles(shape, manifest.s_max), VISION: [vision_profile(shape)]}
    target, sides = plan.Target(name), {DECODER: ports(), VISION: vision_ports(shape)}
    runtimes = {}
    for graph, profiles in made.items():
        caches = 2 * shape.text.layers if graph == DECODER else 0
        (tmp_path / graph).write_bytes(plan.build(DEMO / graph, profiles, caches, target))
        runtimes[graph] = TensorRtRuntime(tmp_path / graph, *sides[graph], name)
    parts = replace(graph_parts(DEMO, 1), decoder=runtimes[DECODER], vision=runtimes[VISION])
    here, there = (one.score(frames(), POLICIES) for one in (guard(), Guard(manifest, parts)))
    for one, other in zip(chain(*here), chain(*there), strict=True):
        assert one.word == other.word and other.score == pytest.approx(one.score, abs=1e-2)


def test_parts_are_graphs_wherever_they_run(runtime: TensorRtRuntime) -> None:
    parts = replace(graph_parts(DEMO, 1), decoder=runtime)
    assert isinstance(parts, Parts)
    manifest = guard().manifest
    parts.check(DEMO, Shape.from_dict(manifest.shape), manifest.s_max)

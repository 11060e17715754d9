"""The exported graphs hold no weights and say what torch says."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import save_file

from engines.runtimes import Array, Runtime
from engines.runtimes.onnx import OnnxRuntime
from engines.runtimes.torch import TorchRuntime
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import stock_names
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.ports import decoder_ports, vision_ports
from engines.safeguard.shape import Shape, TextShape, VisionShape
from tests.engines.safeguard.stock import WINDOWS

pytestmark = pytest.mark.torch
SHAPE = Shape(TextShape(50, layers=2, kv_heads=2), VisionShape(depth=1))
S_MAX = 32


@pytest.fixture(scope="module")
def guard() -> SafeGuard:
    torch.manual_seed(0)
    return SafeGuard(SHAPE).eval()


@pytest.fixture(scope="module")
def folder(guard: SafeGuard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    weights = folder / "model.safetensors"
    save_file(stock_names(guard), weights)
    write_vision(SHAPE, folder / "vision.onnx", Weights(weights))
    write_decoder(SHAPE, S_MAX, folder / "decoder.onnx", Weights(weights))
    return folder


def two_calls(runtime: Runtime) -> list[Array]:
    """Logits of a ragged prefill and of a step on the same caches, and the caches."""
    rng, ports = np.random.default_rng(1), runtime.inputs[4:]
    sizes = {"batch": 3, "new": 7}
    caches = {
        p.name: np.zeros([sizes[n] if isinstance(n, str) else n for n in p.shape], np.float32)
        for p in ports
    }
    into = {f"{name}_out": cache for name, cache in caches.items()}
    logits, lengths = [], np.array([7, 3, 1])
    for new, starts in ((7, np.zeros(3, np.int64)), (1, lengths)):
        inputs: dict[str, Array] = {
            "input_embeds": rng.standard_normal((3, new, SHAPE.text.width)).astype(np.float32),
            "positions": np.ascontiguousarray(
                np.broadcast_to(starts[:, None] + np.arange(new), (3, 3, new))
            ),
            "write_indices": starts,
            "gather": lengths - 1 if new == 7 else np.zeros(3, np.int64),
        }
        logits.append(runtime.run(inputs | caches, into)["logits"])
    return [*logits, *(cache[:1] for cache in caches.values())]


def test_the_decoder_says_what_torch_says(guard: SafeGuard, folder: Path) -> None:
    reference = TorchRuntime(guard.language_model, *decoder_ports(SHAPE, S_MAX))
    exported = OnnxRuntime(folder / "decoder.onnx")
    assert [port.name for port in exported.inputs] == [port.name for port in reference.inputs]
    for got, want in zip(two_calls(exported), two_calls(reference), strict=True):
        assert np.abs(got - want).max() <= 1e-4


def test_the_vision_tower_says_what_torch_says(guard: SafeGuard, folder: Path) -> None:
    reference = TorchRuntime(guard.visual, *vision_ports(SHAPE))
    exported = OnnxRuntime(folder / "vision.onnx")
    shape = (5 * SHAPE.vision.patches, SHAPE.vision.features)
    pixels = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    got, want = (runtime.run({"pixels": pixels})["embeds"] for runtime in (exported, reference))
    assert got.shape == (5, 36, 128) and np.abs(got - want).max() <= 1e-4


def test_the_graphs_hold_no_weights_and_no_paths_of_ours(folder: Path) -> None:
    for name in ("decoder.onnx", "vision.onnx"):
        model = onnx.load(folder / name, load_external_data=False)
        inside = [i for i in model.graph.initializer if not i.external_data]
        assert sum(len(tensor.raw_data) for tensor in inside) < 100_000
        assert str(Path(__file__).parents[3]).encode() not in (folder / name).read_bytes()


def test_the_decoder_is_built_of_the_operators_that_every_runtime_reads(folder: Path) -> None:
    model = onnx.load(folder / "decoder.onnx", load_external_data=False)
    kinds = [node.op_type for node in model.graph.node]
    assert {entry.domain: entry.version for entry in model.opset_import} == {"": 24}
    assert (kinds.count("TensorScatter"), kinds.count("Attention")) == (4, 2)
    attention = next(node for node in model.graph.node if node.op_type == "Attention")
    causal = {attribute.name: attribute.i for attribute in attention.attribute}["is_causal"]
    assert len(attention.input) == 4 and not causal  # a mask instead


def test_windows_and_an_output_matrix_of_its_own_are_exported(tmp_path: Path) -> None:
    torch.manual_seed(1)
    guard = SafeGuard(WINDOWS).eval()
    save_file({n: t.contiguous() for n, t in stock_names(guard).items()}, tmp_path / "w")
    write_vision(WINDOWS, tmp_path / "vision.onnx", Weights(tmp_path / "w"))
    write_decoder(WINDOWS, S_MAX, tmp_path / "decoder.onnx", Weights(tmp_path / "w"))
    shape = (3 * WINDOWS.vision.patches, WINDOWS.vision.features)
    pixels = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    pair = OnnxRuntime(tmp_path / "vision.onnx"), TorchRuntime(guard.visual, *vision_ports(WINDOWS))
    got, want = (runtime.run({"pixels": pixels})["embeds"] for runtime in pair)
    assert np.abs(got - want).max() <= 1e-4
    reference = TorchRuntime(guard.language_model, *decoder_ports(WINDOWS, S_MAX))
    said = zip(two_calls(OnnxRuntime(tmp_path / "decoder.onnx")), two_calls(reference), strict=True)
    assert all(np.abs(one - other).max() <= 1e-4 for one, other in said)


def test_half_precision_stays_close(guard: SafeGuard, tmp_path: Path) -> None:
    """Weights, embeddings and caches in float16 against float32: ONNX Runtime and torch."""
    halves = {n: t.half().contiguous() for n, t in stock_names(guard).items()}
    save_file(halves, tmp_path / "w")
    write_vision(SHAPE, tmp_path / "vision.onnx", Weights(tmp_path / "w"))
    shape = (2 * SHAPE.vision.patches, SHAPE.vision.features)
    pixels = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    got = OnnxRuntime(tmp_path / "vision.onnx").run({"pixels": pixels})["embeds"]
    want = TorchRuntime(guard.visual, *vision_ports(SHAPE)).run({"pixels": pixels})["embeds"]
    assert got.dtype == np.float16
    assert np.abs(got - want).max() <= 0.02 * np.abs(want).max()

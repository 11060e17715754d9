"""The exported graphs hold no weights and say what torch says."""

import copy
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
    kind = runtime.inputs[0].dtype
    sizes = {"batch": 3, "new": 7}
    caches = {
        p.name: np.zeros([sizes[n] if isinstance(n, str) else n for n in p.shape], p.dtype)
        for p in ports
    }
    into = {f"{name}_out": cache for name, cache in caches.items()}
    logits, lengths = [], np.array([7, 3, 1])
    for new, starts in ((7, np.zeros(3, np.int64)), (1, lengths)):
        inputs: dict[str, Array] = {
            "input_embeds": rng.standard_normal((3, new, SHAPE.text.width)).astype(kind),
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


@pytest.fixture(scope="module")
def half(guard: SafeGuard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights, embeddings and caches in float16."""
    folder = tmp_path_factory.mktemp("half")
    save_file({n: t.half().contiguous() for n, t in stock_names(guard).items()}, folder / "w")
    write_vision(SHAPE, folder / "vision.onnx", Weights(folder / "w"))
    write_decoder(SHAPE, S_MAX, folder / "decoder.onnx", Weights(folder / "w"))
    return folder


def test_the_vision_tower_in_float16_stays_close(guard: SafeGuard, half: Path) -> None:
    shape = (2 * SHAPE.vision.patches, SHAPE.vision.features)
    pixels = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    got = OnnxRuntime(half / "vision.onnx").run({"pixels": pixels})["embeds"]
    want = TorchRuntime(guard.visual, *vision_ports(SHAPE)).run({"pixels": pixels})["embeds"]
    assert got.dtype == np.float16
    assert np.abs(got - want).max() <= 0.02 * np.abs(want).max()


def test_the_decoder_in_float16_stays_close(guard: SafeGuard, half: Path) -> None:
    exported = OnnxRuntime(half / "decoder.onnx")
    reference = TorchRuntime(guard.language_model, *decoder_ports(SHAPE, S_MAX))
    for got, want in zip(two_calls(exported), two_calls(reference), strict=True):
        assert np.abs(got - want).max() <= 0.01 * np.abs(want).max()


def test_bfloat16_is_the_graph_s_own_precision_and_close_in_torch(
    guard: SafeGuard, tmp_path: Path
) -> None:
    """ONNX Runtime has no bfloat16 on a processor: the graph is read, torch computes."""
    save_file({n: t.bfloat16().contiguous() for n, t in stock_names(guard).items()}, tmp_path / "w")
    write_decoder(SHAPE, S_MAX, tmp_path / "decoder.onnx", Weights(tmp_path / "w"))
    model = onnx.load(tmp_path / "decoder.onnx", load_external_data=False)
    kinds = {port.name: port.type.tensor_type.elem_type for port in model.graph.input}
    assert kinds["key_0"] == kinds["input_embeds"] == onnx.TensorProto.BFLOAT16
    torch.manual_seed(2)
    embeds = torch.randn(3, 7, SHAPE.text.width)
    places, zeros = torch.arange(7).expand(3, 3, 7), torch.zeros(3, dtype=torch.int64)
    caches = [torch.zeros(3, 2, S_MAX, SHAPE.text.head_width)] * 4
    want = guard.language_model(embeds, places, zeros, zeros + 6, *caches)[0]
    halved = copy.deepcopy(guard.language_model).bfloat16()
    short = [cache.bfloat16() for cache in caches]
    got = halved(embeds.bfloat16(), places, zeros, zeros + 6, *short)[0]
    assert got.dtype == torch.float32 and (got - want).abs().max() <= 0.05 * want.abs().max()


def test_buckets_share_one_file_of_weights(guard: SafeGuard, folder: Path) -> None:
    weights = folder / "model.safetensors"
    write_decoder(SHAPE, 2 * S_MAX, folder / "decoder_64.onnx", Weights(weights))
    short, long = (two_calls(OnnxRuntime(folder / f"decoder{n}.onnx")) for n in ("", "_64"))
    assert all(
        np.abs(one - other).max() <= 1e-5 for one, other in zip(short[:2], long[:2], strict=True)
    )
    assert long[2].shape[2] == 2 * short[2].shape[2]
    assert (folder / "decoder_64.onnx").stat().st_size < weights.stat().st_size / 10


def test_caches_are_updated_in_place_without_a_warning(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """ONNX Runtime warns of each TensorScatter that it has to copy for."""
    two_calls(OnnxRuntime(folder / "decoder.onnx"))
    assert "in-place" not in capfd.readouterr().err
    runtime = OnnxRuntime(folder / "decoder.onnx")
    arrays = {
        port.name: np.zeros([n if isinstance(n, int) else 1 for n in port.shape], port.dtype)
        for port in runtime.inputs
    }
    runtime.run(arrays)  # not over its inputs
    assert "in-place" in capfd.readouterr().err

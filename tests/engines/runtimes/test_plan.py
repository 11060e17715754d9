"""TensorRT-RTX builds the guard's graphs without a GPU, and a bent network is refused."""

from pathlib import Path

import onnx
import pytest
import torch
from onnx import TensorProto, helper
from safetensors.torch import save_file

from engines.errors import EngineError
from engines.runtimes.plan import Target, attentions, build, check_network, library, parse
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import stock_names
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.ports import cache_names
from engines.safeguard.profiles import decoder_profiles, vision_profile
from engines.safeguard.shape import Shape
from tests.engines.safeguard.stock import DEEP, WINDOWS

trt = pytest.importorskip("tensorrt_rtx", reason="needs the rtx extra")
pytestmark = [pytest.mark.torch, pytest.mark.rtx, pytest.mark.timeout(600)]
ADA = Target("tensorrt_rtx", "SM89")
S_MAX = 64
PRECISIONS = ("float16", "bfloat16", "float32")


@pytest.fixture(scope="module", params=[WINDOWS, DEEP], ids=["qwen2_5_vl", "qwen3_vl"])
def shape(request: pytest.FixtureRequest) -> Shape:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module", params=PRECISIONS)
def folder(
    request: pytest.FixtureRequest, shape: Shape, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder, dtype = tmp_path_factory.mktemp(request.param), getattr(torch, request.param)
    torch.manual_seed(0)
    tensors = stock_names(SafeGuard(shape))
    save_file({name: t.to(dtype).contiguous() for name, t in tensors.items()}, folder / "w")
    write_vision(shape, folder / "vision.onnx", Weights(folder / "w"))
    write_decoder(shape, S_MAX, folder / "decoder.onnx", Weights(folder / "w"))
    return folder


def test_the_decoder_is_built_with_both_profiles(folder: Path, shape: Shape) -> None:
    caches = len(cache_names(shape))
    plan = build(folder / "decoder.onnx", decoder_profiles(shape, S_MAX), caches, ADA)
    assert len(plan) > 100_000


def test_the_vision_tower_is_built(folder: Path, shape: Shape) -> None:
    plan = build(folder / "vision.onnx", [vision_profile(shape)], 0, ADA)
    assert len(plan) > 100_000


def test_each_key_and_value_is_updated_in_place_under_a_mask(folder: Path, shape: Shape) -> None:
    logger = trt.Logger(trt.Logger.ERROR)
    network = parse(trt, builder := trt.Builder(logger), logger, folder / "decoder.onnx")
    kinds = [network.get_layer(i).type for i in range(network.num_layers)]
    assert builder and kinds.count(trt.LayerType.KV_CACHE_UPDATE) == len(cache_names(shape))
    found = list(attentions(trt, network))
    assert len(found) == shape.text.layers
    assert all(one.mask is not None and one.mask.dtype == trt.bool for one in found)
    assert all(one.causal_kind == trt.CausalMaskKind.NONE for one in found)


def test_a_profile_that_does_not_fit_the_graph_is_no_plan(folder: Path, shape: Shape) -> None:
    step, prefill = decoder_profiles(shape, S_MAX)
    larger = dict(prefill) | {"gather": ((9,), (8,), (7,))}  # smallest above largest
    with pytest.raises(EngineError, match=r"refused the profile|built no plan"):
        build(folder / "decoder.onnx", [step, larger], len(cache_names(shape)), ADA)


def lengths_instead_of_a_mask(path: Path) -> None:
    """A graph that ONNX defines and whose lengths TensorRT-RTX drops without a word."""
    sizes = {"q": [2, 2, 1, 64], "k": [2, 2, 32, 64], "v": [2, 2, 32, 64]}
    value = helper.make_tensor_value_info
    ports = [value(name, TensorProto.FLOAT16, size) for name, size in sizes.items()]
    ports.append(value("n", TensorProto.INT64, [2]))
    node = helper.make_node("Attention", ["q", "k", "v", "", "", "", "n"], ["y"], is_causal=1)
    out = [value("y", TensorProto.FLOAT16, sizes["q"])]
    graph = helper.make_graph([node], "lengths", ports, out)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 24)], ir_version=11)
    onnx.save(model, path)


def test_lengths_that_the_parser_drops_are_refused(tmp_path: Path) -> None:
    lengths_instead_of_a_mask(tmp_path / "lengths.onnx")
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = parse(trt, builder, logger, tmp_path / "lengths.onnx")
    with pytest.raises(EngineError, match="expected a mask False and no more"):
        check_network(trt, network, 0)


def test_a_graph_without_the_caches_is_refused(folder: Path, shape: Shape) -> None:
    with pytest.raises(EngineError, match="updates 0 caches, expected 4"):
        build(folder / "vision.onnx", [vision_profile(shape)], 4, ADA)


def test_a_file_that_is_no_graph_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    with pytest.raises(EngineError, match=r"cannot parse .*broken\.onnx"):
        build(tmp_path / "broken.onnx", [], 0, ADA)


def test_a_library_that_is_not_installed_is_named() -> None:
    with pytest.raises(EngineError, match="tensorrt_none is not installed"):
        library("tensorrt_none")

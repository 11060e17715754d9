"""Qwen3-VL, exported: rows over one picture say what transformers says, in every precision."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models

from engines.runtimes.onnx import OnnxRuntime
from engines.runtimes.torch import TorchRuntime
from engines.safeguard.deepstack import deep_places
from engines.safeguard.device.forward import DeviceForward
from engines.safeguard.device.parts import DeviceParts
from engines.safeguard.forward import Forward
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import our_names, stock_names
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.parts import EMBEDDINGS, WEIGHTS, Parts
from engines.safeguard.pixels import patch_places, patchify
from engines.safeguard.policy_first import PolicyFirst
from engines.safeguard.policy_first_prompt import PolicyFirstPrompt
from engines.safeguard.ports import DEEPSTACK, decoder_ports, vision_ports
from engines.safeguard.prompt import Prompt
from engines.safeguard.shape import Shape
from engines.safeguard.weights import read_tensor
from tests.engines.safeguard.greedy import AROUND, STEPS, Logits, frames, furthest, said, theirs
from tests.engines.safeguard.stock import (
    DEEP,
    DEEP_UNTIED,
    WHOLE,
    WINDOWS,
    stock,
)

pytestmark = pytest.mark.torch
S_MAX = 64
SHAPES = [WHOLE, WINDOWS, DEEP, DEEP_UNTIED]
NO_WORDS = Tokenizer(models.BPE())


def guard_of(shape: Shape) -> SafeGuard:
    guard = SafeGuard(shape).eval()
    guard.load_state_dict(our_names(stock(shape).state_dict(), shape))
    return guard


def export(shape: Shape, folder: Path, dtype: torch.dtype = torch.float32) -> Path:
    tensors = stock_names(guard_of(shape))
    weights = folder / WEIGHTS
    save_file({name: t.to(dtype).contiguous() for name, t in tensors.items()}, weights)
    write_vision(shape, folder / "vision.onnx", Weights(weights))
    write_decoder(shape, S_MAX, folder / "decoder.onnx", Weights(weights))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(DEEP, tmp_path_factory.mktemp("deep"))


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(DEEP, tmp_path_factory.mktemp("half"), torch.float16)


def exported(folder: Path, decoder: str = "decoder.onnx") -> Parts:
    runtime = OnnxRuntime(folder / decoder)
    table = read_tensor(folder / WEIGHTS, EMBEDDINGS, runtime.inputs[0].dtype)
    return Parts(OnnxRuntime(folder / "vision.onnx"), runtime, table, NO_WORDS)


def in_torch(shape: Shape) -> Parts:
    guard = guard_of(shape)
    vision = TorchRuntime(guard.visual, *vision_ports(shape))
    decoder = TorchRuntime(guard.language_model, *decoder_ports(shape, S_MAX))
    table = guard.language_model.embed_tokens.weight.detach().numpy()
    return Parts(vision, decoder, table, NO_WORDS)


def image_first(parts: Parts, shape: Shape) -> Logits:
    way = Forward(parts, shape, cast(Prompt, AROUND))
    return said(way, parts.see(frames(shape), shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_over_one_picture_say_what_transformers_says(shape: Shape) -> None:
    assert furthest(image_first(in_torch(shape), shape), theirs(shape)) <= 1e-4


@pytest.mark.parametrize("shape", SHAPES)
def test_so_do_pictures_behind_their_policies(shape: Shape) -> None:
    parts = in_torch(shape)
    way = PolicyFirst(parts, shape, cast(PolicyFirstPrompt, AROUND))
    got = said(way, parts.see(frames(shape), shape))
    assert furthest(got, theirs(shape, policy_first=True)) <= 1e-4


@pytest.mark.parametrize("shape", SHAPES)
def test_so_does_torch_as_a_runtime(shape: Shape, tmp_path: Path) -> None:
    tensors = {name: t.contiguous() for name, t in stock_names(guard_of(shape)).items()}
    save_file(tensors, tmp_path / WEIGHTS)
    parts = DeviceParts(tmp_path / WEIGHTS, NO_WORDS, threads=1)
    words = AROUND.before, AROUND.after
    way = DeviceForward(parts.guard(shape).language_model, shape, words, STEPS)
    assert furthest(said(way, parts.see(frames(shape), shape)), theirs(shape)) <= 1e-4


def test_so_does_the_exported_graph(folder: Path) -> None:
    got, want = image_first(exported(folder), DEEP), theirs(DEEP)
    assert furthest(got, want) <= 1e-4
    assert all((a.argmax(-1) == b.argmax(-1)).all() for a, b in zip(got, want, strict=True))


def test_what_the_inner_levels_say_matters(folder: Path) -> None:
    parts = exported(folder)
    seen = dict(parts.see(frames(DEEP), DEEP))
    blind = seen | {DEEPSTACK: np.zeros_like(seen[DEEPSTACK])}
    way = Forward(parts, DEEP, cast(Prompt, AROUND))
    assert furthest(said(way, seen), said(way, blind)) > 0.1


@pytest.mark.parametrize("side", [16, 32, 48, 64, 112, 160])
@torch.no_grad()
def test_the_tower_sees_what_transformers_sees_at_every_size(side: int) -> None:
    shape = replace(DEEP, vision=replace(DEEP.vision, side=side))
    model: Any = stock(shape)
    pixels = torch.from_numpy(patchify(frames(shape), shape.vision))
    grid = torch.tensor([[1, side // 8, side // 8]] * 2)
    want = model.model.visual(pixels, grid_thw=grid)
    embeds, levels = guard_of(shape).visual(pixels)
    assert (embeds.flatten(0, 1) - want.pooler_output).abs().max() <= 1e-4
    for got, level in zip(levels.unbind(1), want.deepstack_features, strict=True):
        assert (got.flatten(0, 1) - level).abs().max() <= 1e-4


def test_the_table_s_corners_are_the_picture_s() -> None:
    places = deep_places(DEEP.vision, torch.float32)
    corners = [[0, 0], [0, 11], [11, 0], [11, 11]]
    rows = [patch_places(DEEP.vision).tolist().index(corner) for corner in corners]
    nearest = places["taps"][rows, places["shares"][rows].argmax(-1)]
    assert nearest.tolist() == [0, 6, 42, 48]
    assert torch.allclose(places["shares"].sum(-1), torch.ones(DEEP.vision.patches))


def test_in_float16_it_stays_close(half: Path) -> None:
    got, want = image_first(exported(half), DEEP), theirs(DEEP)
    assert np.abs(got[0] - want[0]).max() <= 0.01 * np.abs(want[0]).max()


def test_in_bfloat16_all_ports_but_pixels_and_logits_have_it(tmp_path: Path) -> None:
    """ONNX Runtime has no bfloat16 on a processor: the graphs are read."""
    export(DEEP, tmp_path, torch.bfloat16)
    kinds = {
        port.name: port.type.tensor_type.elem_type
        for name in ("vision.onnx", "decoder.onnx")
        for graph in [onnx.load(tmp_path / name, load_external_data=False).graph]
        for port in (*graph.input, *graph.output)
    }
    single = {name for name, kind in kinds.items() if kind == onnx.TensorProto.FLOAT}
    assert single == {"pixels", "logits"}
    assert kinds[DEEPSTACK] == kinds["key_0_out"] == onnx.TensorProto.BFLOAT16


def test_buckets_share_one_file_of_weights(folder: Path) -> None:
    write_decoder(DEEP, 2 * S_MAX, folder / "longer.onnx", Weights(folder / WEIGHTS))
    got, want = (
        image_first(exported(folder, name), DEEP) for name in ("longer.onnx", "decoder.onnx")
    )
    assert furthest(got, want) <= 1e-5


def test_caches_are_updated_in_place(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    image_first(exported(folder), DEEP)
    assert "in-place" not in capfd.readouterr().err


def test_the_graphs_hold_no_weights(folder: Path) -> None:
    """The learned positions are resampled when a runtime loads the graph."""
    for name in ("decoder.onnx", "vision.onnx"):
        graph = onnx.load(folder / name, load_external_data=False).graph
        inside = [len(one.raw_data) for one in graph.initializer if not one.external_data]
        assert sum(inside) < 100_000

"""Qwen3-VL, exported: rows over one picture say what transformers says, in every precision."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from tokenizers import Tokenizer, models

from engines.runtimes import Runtime
from engines.runtimes.onnx import OnnxRuntime
from engines.runtimes.torch import TorchRuntime
from engines.safeguard.deepstack import deep_places
from engines.safeguard.forward import Forward
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import our_names, stock_names
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.parts import Parts
from engines.safeguard.pixels import patch_places, patchify
from engines.safeguard.ports import DEEPSTACK, decoder_ports, vision_ports
from engines.safeguard.prompt import Prompt
from engines.safeguard.shape import Shape
from tests.engines.safeguard.stock import (
    DEEP,
    DEEP_UNTIED,
    PAD,
    START,
    STOP,
    WHOLE,
    WINDOWS,
    stock,
)

pytestmark = pytest.mark.torch
S_MAX, STEPS = 64, 8
ROWS = [[8, 9, 10], [11, 12, 13, 14, 15, 16, 17, 18], [19], [8, 20, 21, 22, 23]]
FRAME_OF = [0, 0, 1, 1]
Logits = list[NDArray[np.float32]]


@dataclass(frozen=True)
class Around:
    """What `Forward` asks a prompt for."""

    before: list[int]
    after: list[int]


AROUND = Around([7, START], [STOP])


def guard_of(shape: Shape) -> SafeGuard:
    guard = SafeGuard(shape).eval()
    guard.load_state_dict(our_names(stock(shape).state_dict(), shape))
    return guard


def export(shape: Shape, folder: Path, dtype: torch.dtype = torch.float32) -> Path:
    tensors = stock_names(guard_of(shape))
    weights = folder / "model.safetensors"
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


def exported(folder: Path, decoder: str = "decoder.onnx") -> tuple[Runtime, Runtime]:
    return OnnxRuntime(folder / "vision.onnx"), OnnxRuntime(folder / decoder)


def in_torch(shape: Shape) -> tuple[Runtime, Runtime]:
    guard = guard_of(shape)
    vision = TorchRuntime(guard.visual, *vision_ports(shape))
    return vision, TorchRuntime(guard.language_model, *decoder_ports(shape, S_MAX))


def pictures(shape: Shape) -> NDArray[np.float32]:
    side = shape.vision.side
    frames = np.random.default_rng(0).integers(0, 256, (2, side, side, 3)).astype(np.uint8)
    return patchify(frames, shape.vision)


def ours(shape: Shape, runtimes: tuple[Runtime, Runtime], *, blind: bool = False) -> Logits:
    """Logits (rows, vocabulary) after the prompts and after each of the likeliest tokens.

    blind: without what the inner levels say
    """
    table = guard_of(shape).language_model.embed_tokens.weight.detach().numpy()
    embeddings = table.astype(runtimes[1].inputs[0].dtype)
    parts = Parts(*runtimes, embeddings, Tokenizer(models.BPE()))
    forward = Forward(parts, shape, cast(Prompt, AROUND))
    seen = runtimes[0].run({"pixels": pictures(shape)})
    if blind:
        seen[DEEPSTACK] = np.zeros_like(seen[DEEPSTACK])
    rows = forward.start(forward.prefill(seen), FRAME_OF, ROWS)
    said = [rows.logits.copy()]
    for _ in range(STEPS - 1):
        forward.step(rows, said[-1].argmax(-1))
        said.append(rows.logits.copy())
    return said


def theirs(shape: Shape) -> Logits:
    """The same of transformers, each row by itself."""
    model: Any = stock(shape)
    pixels = torch.from_numpy(pictures(shape)).view(2, shape.vision.patches, -1)
    rows = [_one(model, shape, pixels[f], row) for f, row in zip(FRAME_OF, ROWS, strict=True)]
    return [np.stack(step) for step in zip(*rows, strict=True)]


def _one(model: Any, shape: Shape, pixels: torch.Tensor, row: list[int]) -> Logits:
    ids = torch.tensor([[*AROUND.before, *[PAD] * shape.vision.tokens, *AROUND.after, *row]])
    said = model.generate(
        input_ids=ids,
        pixel_values=pixels,
        image_grid_thw=torch.tensor([[1, shape.vision.grid, shape.vision.grid]]),
        mm_token_type_ids=(ids == PAD).int(),
        max_new_tokens=STEPS,
        do_sample=False,
        eos_token_id=-1,
        output_logits=True,
        return_dict_in_generate=True,
    )
    return [logits[0].numpy() for logits in said.logits]


def furthest(one: Logits, other: Logits) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("shape", [WHOLE, WINDOWS, DEEP, DEEP_UNTIED])
def test_rows_over_one_picture_say_what_transformers_says(shape: Shape) -> None:
    assert furthest(ours(shape, in_torch(shape)), theirs(shape)) <= 1e-4


def test_so_does_the_exported_graph(folder: Path) -> None:
    got, want = ours(DEEP, exported(folder)), theirs(DEEP)
    assert furthest(got, want) <= 1e-4
    assert all((a.argmax(-1) == b.argmax(-1)).all() for a, b in zip(got, want, strict=True))


def test_what_the_inner_levels_say_matters(folder: Path) -> None:
    runtimes = exported(folder)
    assert furthest(ours(DEEP, runtimes), ours(DEEP, runtimes, blind=True)) > 0.1


@pytest.mark.parametrize("side", [16, 32, 48, 64, 112, 160])
@torch.no_grad()
def test_the_tower_sees_what_transformers_sees_at_every_size(side: int) -> None:
    shape = replace(DEEP, vision=replace(DEEP.vision, side=side))
    model: Any = stock(shape)
    pixels, grid = torch.from_numpy(pictures(shape)), torch.tensor([[1, side // 8, side // 8]] * 2)
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
    got, want = ours(DEEP, exported(half)), theirs(DEEP)
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
    write_decoder(DEEP, 2 * S_MAX, folder / "longer.onnx", Weights(folder / "model.safetensors"))
    got, want = (ours(DEEP, exported(folder, name)) for name in ("longer.onnx", "decoder.onnx"))
    assert furthest(got, want) <= 1e-5


def test_caches_are_updated_in_place(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ours(DEEP, exported(folder))
    assert "in-place" not in capfd.readouterr().err


def test_the_graphs_hold_no_weights(folder: Path) -> None:
    """The learned positions are resampled when a runtime loads the graph."""
    for name in ("decoder.onnx", "vision.onnx"):
        graph = onnx.load(folder / name, load_external_data=False).graph
        inside = [len(one.raw_data) for one in graph.initializer if not one.external_data]
        assert sum(inside) < 100_000

"""A published folder is read number by number and tensor by tensor, and a broken one is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText

from engines.errors import EngineError
from engines.safeguard.checkpoint import (
    CONFIG,
    INDEX,
    PREPROCESSOR,
    PROCESSOR,
    needed,
    read_shape,
    stored,
    transfer,
)
from engines.safeguard.shape import Shape
from tests.engines.safeguard.published import preprocessor, write_published
from tests.engines.safeguard.stock import DEEP, DEEP_UNTIED, WHOLE, WINDOWS, stock

pytestmark = pytest.mark.torch
SHAPES = pytest.mark.parametrize("shape", [WINDOWS, DEEP_UNTIED], ids=["plain", "deep"])


def save(shape: Shape, folder: Path) -> Path:
    stock(shape).save_pretrained(folder, max_shard_size="1MB")
    (folder / PREPROCESSOR).write_text(json.dumps(preprocessor(shape)))
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(WINDOWS, tmp_path_factory.mktemp("published"))


@SHAPES
def test_the_numbers_are_those_of_the_config(shape: Shape, tmp_path: Path) -> None:
    folder = save(shape, tmp_path)
    assert (folder / "model.safetensors.index.json").exists()
    assert read_shape(folder, shape.vision.side) == shape


@pytest.mark.parametrize("shape", [WHOLE, WINDOWS, DEEP, DEEP_UNTIED])
def test_so_are_those_of_published_files(shape: Shape, tmp_path: Path) -> None:
    write_published(tmp_path, shape)
    assert read_shape(tmp_path, shape.vision.side) == shape
    transfer(tmp_path, needed(shape), tmp_path / "out.safetensors", "float16")


def test_a_picture_s_numbers_may_lie_inside_of_the_processor_s(tmp_path: Path) -> None:
    write_published(tmp_path, DEEP)
    numbers = json.loads((tmp_path / PREPROCESSOR).read_text())
    (tmp_path / PREPROCESSOR).unlink()
    with pytest.raises(EngineError, match=f"cannot read .*{PREPROCESSOR}"):
        read_shape(tmp_path, 96)
    (tmp_path / PROCESSOR).write_text(json.dumps({"image_processor": numbers}))
    assert read_shape(tmp_path, 96).vision.mean == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rope_scaling": {"rope_type": "yarn", "mrope_section": [12, 6, 6]}}, "'yarn'"),
        ({"use_sliding_window": True}, "a sliding window"),
    ],
)
def test_positions_of_another_kind_are_refused(
    changed: dict[str, Any], said: str, tmp_path: Path
) -> None:
    write_published(tmp_path, DEEP)
    config = json.loads((tmp_path / CONFIG).read_text())
    config["text_config"] |= changed
    (tmp_path / CONFIG).write_text(json.dumps(config))
    with pytest.raises(EngineError, match=said):
        read_shape(tmp_path, 96)


@pytest.mark.parametrize("levels", [[], [0, 3]])
def test_inner_levels_that_the_tower_has_not_are_refused(levels: list[int], tmp_path: Path) -> None:
    write_published(tmp_path, DEEP)
    config = json.loads((tmp_path / CONFIG).read_text())
    config["vision_config"]["deepstack_visual_indexes"] = levels
    (tmp_path / CONFIG).write_text(json.dumps(config))
    with pytest.raises(EngineError, match=r"inner levels .* of 3 blocks"):
        read_shape(tmp_path, 96)


@SHAPES
def test_every_tensor_arrives_in_the_wanted_precision(shape: Shape, tmp_path: Path) -> None:
    folder = save(shape, tmp_path / "published")
    transfer(folder, needed(shape), tmp_path / "model.safetensors", "bfloat16")
    model = AutoModelForImageTextToText.from_pretrained(folder)
    copied = load_file(tmp_path / "model.safetensors")
    assert set(copied) == set(model.state_dict())
    for name, tensor in model.state_dict().items():
        assert torch.equal(copied[name], tensor.bfloat16())


def test_an_unknown_architecture_is_refused(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(json.dumps({"model_type": "llava"}))
    with pytest.raises(EngineError, match="'llava', expected one of"):
        read_shape(tmp_path, 96)


def test_a_shard_that_is_cut_off_is_named(published: Path, tmp_path: Path) -> None:
    for path in published.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    shard = sorted(tmp_path.glob("model-*.safetensors"))[1]
    shard.write_bytes(shard.read_bytes()[:-100])
    with pytest.raises(EngineError, match=shard.name):
        transfer(tmp_path, needed(WINDOWS), tmp_path / "out.safetensors", "float16")
    assert not (tmp_path / "out.safetensors").exists()


def test_a_model_of_another_size_is_refused(published: Path, tmp_path: Path) -> None:
    larger = Shape(replace(WINDOWS.text, layers=3), WINDOWS.vision)
    with pytest.raises(EngineError, match=r"lacks 12 tensors, among them .*layers\.2"):
        transfer(published, needed(larger), tmp_path / "out.safetensors", "float16")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda one: one.to(torch.int8), "weights of 32 or 16 bits are expected"),
        (lambda one: one.to(torch.float8_e4m3fn), "weights of 32 or 16 bits are expected"),
        (lambda one: one * 0 + 1e6, r"not finite in torch\.float16"),
        (lambda one: one * torch.nan, r"not finite in torch\.float16"),
        (lambda one: one[:-1], "the model needs"),
    ],
)
def test_a_tensor_that_is_no_plain_weight_is_named(
    change: Callable[[torch.Tensor], torch.Tensor], message: str, tmp_path: Path
) -> None:
    write_published(tmp_path, WINDOWS)
    shard, name = tmp_path / "model-00001-of-00001.safetensors", "model.norm.weight"
    save_file(load_file(shard) | {name: change(load_file(shard)[name])}, shard)
    with pytest.raises(EngineError, match=rf"norm\.weight .*{message}"):
        transfer(tmp_path, needed(WINDOWS), tmp_path / "out.safetensors", "float16")
    assert not (tmp_path / "out.safetensors").exists()


@pytest.mark.parametrize("index", ["{}", '{"weight_map": []}', '{"weight_map": {"a": "../b"}}'])
def test_an_index_that_is_none_is_refused(index: str, tmp_path: Path) -> None:
    write_published(tmp_path, WINDOWS)
    (tmp_path / INDEX).write_text(index)
    with pytest.raises(EngineError, match="has no weight_map of files beside it"):
        stored(tmp_path)

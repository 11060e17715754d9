"""A published folder is read number by number and tensor by tensor, and a broken one is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import Qwen2_5_VLForConditionalGeneration

from engines.errors import EngineError
from engines.safeguard.checkpoint import CONFIG, needed, read_shape, transfer
from engines.safeguard.shape import Shape
from tests.engines.safeguard.stock import WINDOWS, stock

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    stock(WINDOWS).save_pretrained(folder, max_shard_size="1MB")
    return folder


def test_the_numbers_are_those_of_the_config(published: Path) -> None:
    assert (published / "model.safetensors.index.json").exists()
    assert read_shape(published, WINDOWS.vision.side) == WINDOWS


def test_every_tensor_arrives_in_the_wanted_precision(published: Path, tmp_path: Path) -> None:
    transfer(published, needed(WINDOWS), tmp_path / "model.safetensors", "bfloat16")
    model = Qwen2_5_VLForConditionalGeneration.from_pretrained(published)
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

"""A guard that torch executes answers as the same guard does over ONNX Runtime."""

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engines.errors import EngineError
from engines.manifest import Manifest
from engines.safeguard.device.parts import DeviceParts, load
from engines.safeguard.guard import Guard
from engines.safeguard.parts import TOKENIZER, WEIGHTS, load_parts
from engines.safeguard.shape import Shape
from tests.engines.safeguard.test_guard import DEMO, POLICIES, WORDS, frames, guard

pytestmark = pytest.mark.torch


def on_torch() -> Guard:
    manifest = replace(Manifest.load(DEMO), runtime="torch")
    return Guard(manifest, load_parts(DEMO, "torch", 1))


def shape() -> Shape:
    return Shape.from_dict(Manifest.load(DEMO).shape)


def test_torch_answers_as_onnx_runtime_does() -> None:
    here, there = (one.score(frames(), POLICIES) for one in (guard(), on_torch()))
    for one, other in zip(chain(*here), chain(*there), strict=True):
        assert (one.word, one.rationale) == (other.word, other.rationale)
        assert other.score == pytest.approx(one.score, abs=1e-5)


def test_half_precision_stays_near(tmp_path: Path) -> None:
    halves = {name: t.bfloat16() for name, t in load_file(DEMO / WEIGHTS).items()}
    save_file(halves, tmp_path / WEIGHTS)
    manifest = replace(Manifest.load(DEMO), runtime="torch", precision="bfloat16")
    halved = Guard(manifest, DeviceParts(tmp_path / WEIGHTS, WORDS, 1))
    here, there = (one.score(frames(), POLICIES) for one in (guard(), halved))
    pairs = [*zip(chain(*here), chain(*there), strict=True)]
    assert [one.word for one, _ in pairs] == [other.word for _, other in pairs]
    assert max(abs(one.score - other.score) for one, other in pairs) <= 0.05


def damaged(case: str, path: Path) -> None:
    tensors = load_file(DEMO / WEIGHTS)
    first = min(tensors)
    if case == "cut off":
        path.write_bytes((DEMO / WEIGHTS).read_bytes()[:-9])
        return
    changes: dict[str, dict[str, torch.Tensor]] = {
        "of another shape": {first: torch.zeros(3)},
        "of two precisions": {first: tensors[first].half()},
        "of another model": {"encoder.weight": torch.zeros(3)},
    }
    save_file(tensors | changes[case], path)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("cut off", r"weights.* is no whole safetensors file"),
        ("of another shape", r"weights.* is not of the manifest's shape: .*size mismatch"),
        ("of two precisions", r"must have one precision, has .*float16.*float32"),
        ("of another model", r"tensors of another model, among them encoder\.weight"),
    ],
)
def test_weights_that_do_not_fit_are_named(case: str, message: str, tmp_path: Path) -> None:
    damaged(case, path := tmp_path / "weights.safetensors")
    with pytest.raises(EngineError, match=f"(?s){message}"):
        load(path, shape(), 1)


def test_a_missing_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=TOKENIZER):
        load_parts(tmp_path, "torch", 1)


def test_what_was_seen_stays_with_its_frames() -> None:
    parts = load_parts(DEMO, "torch", 1)
    one, _ = parts.see(frames()[1:2], shape())
    all_of_them, levels = parts.see(frames(), shape())
    assert levels is None and (all_of_them[1] - one[0]).abs().max() <= 1e-5

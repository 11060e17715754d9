"""A build that computes something else than its checkpoint is refused, and the other recorded."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines.compile.inputs import golden_frames, golden_lines, write_frames
from engines.errors import EngineError
from engines.manifest import Manifest, sha256_of
from engines.safeguard.check import compare, executed
from engines.safeguard.forced import LOGITS, forced, read_reference, write_reference
from engines.safeguard.forward import Logits
from engines.safeguard.guard import Guard
from engines.safeguard.parts import Whole, load_parts
from engines.safeguard.shape import Shape

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"
AT = "2026-11-25T12:00:00Z"


@pytest.fixture(scope="module")
def parts() -> Whole:
    return load_parts(DEMO, "onnxruntime", 1)


@pytest.fixture(scope="module")
def made(parts: Whole, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped engine, whose own logits stand for its checkpoint's."""
    folder = shutil.copytree(DEMO, tmp_path_factory.mktemp("made") / "engine")
    manifest = Manifest.load(folder)
    frames = golden_frames(manifest.image_side)
    lines = golden_lines(manifest.modes, parts.tokenizer, write_frames(folder, frames))
    shape = Shape.from_dict(manifest.shape)
    write_reference(folder, lines, forced(parts, shape, manifest.mode, frames, lines))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "engine")


def bend(folder: Path, change: Callable[[Logits], Logits]) -> None:
    lines, logits = read_reference(folder)
    write_reference(folder, lines, [change(one) for one in logits])


def test_rows_that_go_together_have_the_logits_of_rows_alone(parts: Whole, folder: Path) -> None:
    manifest = Manifest.read(folder)
    lines, logits = read_reference(folder)
    frames, shape = golden_frames(manifest.image_side), Shape.from_dict(manifest.shape)
    for i, (line, together) in enumerate(zip(lines, logits, strict=True)):
        (alone,) = forced(parts, shape, manifest.mode, frames[i : i + 1], [line])
        assert len(alone) == len(line.kept) == 2
        assert np.abs(alone - together).max() < 1e-4


def test_an_execution_is_recorded_and_makes_a_build_loadable(parts: Whole, folder: Path) -> None:
    (folder / "golden.json").write_text("[]")
    manifest = replace(Manifest.read(folder), executed_on=())
    done = executed(folder, manifest, parts, AT)
    assert [(one.runtime, one.at) for one in done.executed_on] == [("onnxruntime", AT)]
    assert done.parity["golden"]["logit_difference_max"] == 0
    assert len(executed(folder, done, parts, "2027-01-01T00:00:00Z").executed_on) == 1
    pictures = {path.name: sha256_of(path) for path in folder.glob("golden_*.png")}
    replace(done, files=done.files | pictures).save(folder)
    assert Guard.load(folder).manifest.executed_on == done.executed_on


@pytest.mark.parametrize(
    ("precision", "change", "fault"),
    [
        ("float32", lambda one: one + np.float32(2e-4), "logit_difference_max is 0.0002"),
        ("float16", lambda one: np.roll(one, 1, -1), "logit_distance_max is 1"),
        ("float16", lambda one: one * np.nan, "logit_distance_max is nan"),
    ],
)
def test_another_checkpoint_is_refused(
    parts: Whole, folder: Path, precision: str, change: Callable[[Logits], Logits], fault: str
) -> None:
    bend(folder, change)
    manifest = replace(Manifest.read(folder), precision=precision)
    with pytest.raises(EngineError, match=f"is not its checkpoint: {fault}"):
        compare(folder, manifest, parts)


def test_logits_of_another_model_are_refused(parts: Whole, folder: Path) -> None:
    bend(folder, lambda one: one[:, :-1])
    with pytest.raises(EngineError, match="expected"):
        compare(folder, Manifest.read(folder), parts)


def test_every_mode_has_golden_inputs(parts: Whole, folder: Path) -> None:
    manifest = Manifest.read(folder)
    more = replace(manifest, modes=manifest.modes | {"direct": manifest.mode})
    with pytest.raises(EngineError, match="has no golden input in mode direct"):
        compare(folder, more, parts)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b"[{}]"])
def test_a_damaged_reference_is_named(folder: Path, damage: bytes) -> None:
    (folder / "reference.json").write_bytes(damage)
    with pytest.raises(EngineError, match="reference"):
        read_reference(folder)


def test_logits_that_are_cut_off_are_named(folder: Path) -> None:
    content = (folder / LOGITS).read_bytes()
    (folder / LOGITS).write_bytes(content[:-10])
    with pytest.raises(EngineError, match="holds no reference"):
        read_reference(folder)

"""An engine's folder is what its manifest says, or it is refused with the reason."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engines.errors import ManifestError
from engines.manifest import FILE, Manifest

DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "engine"))


def change(folder: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    document = json.loads((folder / FILE).read_text())
    edit(document)
    (folder / FILE).write_text(json.dumps(document))


def test_the_shipped_engine_is_intact_and_small() -> None:
    manifest = Manifest.load(DEMO)
    assert manifest.engine == "safeguard" and manifest.grade == "demo"
    assert sum(path.stat().st_size for path in DEMO.iterdir()) < 10 * 2**20
    listed = {*manifest.files, FILE}
    assert {path.name for path in DEMO.iterdir()} == listed


def test_a_manifest_survives_saving(folder: Path) -> None:
    manifest = Manifest.load(folder)
    manifest.save(folder)
    assert Manifest.load(folder) == manifest


def test_a_changed_file_is_found_by_name(folder: Path) -> None:
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    with pytest.raises(ManifestError, match=r"model\.safetensors has sha256"):
        Manifest.load(folder)


def test_a_missing_file_is_found_by_name(folder: Path) -> None:
    (folder / "vision.onnx").unlink()
    with pytest.raises(ManifestError, match=r"'vision\.onnx'"):
        Manifest.load(folder)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda document: document.pop("licence"), "missing = \\['licence'\\]"),
        (lambda document: document.update(extra=1), "unknown = \\['extra'\\]"),
        (lambda document: document["executed_on"][0].pop("at"), "Execution with missing = \\['at'"),
        (lambda document: document.update(grade="gold"), "grade is 'gold'"),
        (lambda document: document.update(runtime="tvm"), "runtime is 'tvm', none of onnxruntime"),
        (
            lambda document: document["modes"]["reasoned"].update(layout="answer_first"),
            "layout is 'answer_first'",
        ),
        (
            lambda document: document["modes"]["reasoned"].pop("answers"),
            "missing = \\['answers'\\]",
        ),
        (lambda document: document["files"].update({"../x": "0"}), "'../x'"),
    ],
)
def test_a_manifest_with_other_fields_is_refused(
    folder: Path, edit: Callable[[dict[str, Any]], Any], message: str
) -> None:
    change(folder, edit)
    with pytest.raises(ManifestError, match=message):
        Manifest.load(folder)


def test_another_file_makes_another_build(folder: Path) -> None:
    before = Manifest.load(folder).build
    change(folder, lambda document: document["files"].pop("vision.onnx"))
    after = Manifest.load(folder).build
    assert before != after and before.startswith("safeguard@0.1.0+") and len(before) == 28

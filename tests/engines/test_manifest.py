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
        (lambda document: document["files"].update({"../x": "0"}), "'../x', which is no file"),
        (lambda document: document["files"].update({"/etc/passwd": "0"}), "'/etc/passwd', which"),
        (lambda document: document["files"].update({".": "0"}), "'.', which is no file there"),
        (lambda document: document.update(s_max=0), "expected s_max of 1 to 1048576, got 0"),
        (lambda document: document.update(s_max="256"), "s_max: expected an int, got str '256'"),
        (lambda document: document.update(modes={}), "expected modes of 1 to 16, got 0"),
        (lambda document: document["modes"]["reasoned"].update(trace_max_tokens=256), "got 257"),
    ],
)
def test_a_manifest_with_other_fields_is_refused(
    folder: Path, edit: Callable[[dict[str, Any]], Any], message: str
) -> None:
    change(folder, edit)
    with pytest.raises(ManifestError, match=message):
        Manifest.load(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', "[" * 100_000, '{"engine": NaN}', "\ufeff{}"]
)
def test_a_manifest_that_is_no_document_is_refused(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match=r"manifest\.json"):
        Manifest.load(folder)


def test_a_manifest_of_other_bytes_or_none_is_refused(folder: Path) -> None:
    (folder / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ManifestError, match=r"cannot read .*manifest\.json: 'utf-8' codec"):
        Manifest.load(folder)
    (folder / FILE).unlink()
    with pytest.raises(ManifestError, match="No such file"):
        Manifest.load(folder)


def test_a_file_may_be_a_link_to_the_right_bytes_and_to_no_others(folder: Path) -> None:
    (folder / "vision.onnx").rename(folder.parent / "elsewhere")
    (folder / "vision.onnx").symlink_to(folder.parent / "elsewhere")
    Manifest.load(folder)
    (folder / "vision.onnx").unlink()
    (folder / "vision.onnx").symlink_to(folder / "decoder.onnx")
    with pytest.raises(ManifestError, match=r"vision\.onnx has sha256 .*, the manifest says"):
        Manifest.load(folder)


@pytest.mark.parametrize("target", ["nowhere", "/dev/zero", "/"])
def test_a_link_to_something_that_is_no_file_is_refused(folder: Path, target: str) -> None:
    (folder / "vision.onnx").unlink()
    (folder / "vision.onnx").symlink_to(target)
    with pytest.raises(ManifestError, match=r"'vision\.onnx', which is no file there"):
        Manifest.load(folder)


def test_a_file_that_the_manifest_does_not_list_cannot_be_asked_for(folder: Path) -> None:
    (folder / "extra.onnx").write_bytes(b"")
    manifest = Manifest.load(folder)  # extra files are nobody's business
    with pytest.raises(ManifestError, match=r"does not list 'extra\.onnx', which is needed"):
        manifest.check_files(folder, ["extra.onnx"])


def test_another_file_makes_another_build(folder: Path) -> None:
    before = Manifest.load(folder).build
    change(folder, lambda document: document["files"].pop("vision.onnx"))
    after = Manifest.load(folder).build
    assert before != after and before.startswith("safeguard@0.1.0+") and len(before) == 28

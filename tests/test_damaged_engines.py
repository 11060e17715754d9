"""Engines whose files were changed, cut off, swapped or left out: refused by name, never loaded."""

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from engines.errors import EngineError
from engines.manifest import FILE, Manifest, Mode, sha256
from engines.safeguard.golden import FILE as GOLDEN
from engines.safeguard.guard import Guard
from engines.safeguard.parts import DECODER, TOKENIZER, VISION, WEIGHTS
from engines.safeguard.weights import places

DEMO = Path(__file__).parents[1] / "engines" / "weights" / "safeguard-demo"
DOCUMENT: dict[str, Any] = json.loads((DEMO / FILE).read_text(encoding="utf-8"))
WORDS_ONLY = {  # fields that say something about the engine and change nothing in what it answers
    *("version", "base_model", "licence", "trained_on", "grade"),
    *("parity", "evaluation", "executed_on", "tolerances"),
}
UNREAD = {"eps", "theta", "auroc", "ece", "fitted_on", "polarity"}  # by what loads this engine
STRANGE: list[Any] = [
    None,
    True,
    -1,
    0,
    2**70,
    1.5,
    1e308,
    "",
    "x",
    "9" * 99,
    [],
    [[]],
    {},
    {"": 0},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped engine by links, so that any file can be replaced."""
    for path in DEMO.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / FILE).unlink()
    shutil.copy(DEMO / FILE, tmp_path / FILE)
    return tmp_path


def replaced(folder: Path, name: str, content: bytes) -> None:
    """Another file under this name, and a manifest that vouches for it."""
    (folder / name).unlink()
    (folder / name).write_bytes(content)
    document = json.loads(json.dumps(DOCUMENT))
    document["files"][name] = sha256(content)
    (folder / FILE).write_text(json.dumps(document))


def places_in(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a document that matters, its own values included."""
    found = [path] if path else []
    if isinstance(document, dict | list):
        items = document.items() if isinstance(document, dict) else enumerate(document)
        for key, item in items:
            if key not in UNREAD and (path or key not in WORDS_ONLY):
                found += places_in(item, (*path, key))
    return found


def without_words(modes: dict[str, Mode]) -> dict[str, Mode]:
    """What a mode says of itself to people is nothing to the guard."""
    return {name: replace(mode, polarity="") for name, mode in modes.items()}


def mutated(seed: int) -> tuple[str, dict[str, Any]]:
    """The manifest with one thing lost, renamed or of another kind; and what was done."""
    rng = random.Random(seed)
    document = json.loads(json.dumps(DOCUMENT))
    *way, last = rng.choice(places_in(document))
    inside = document
    for key in way:
        inside = inside[key]
    what = rng.choice(["lose", "rename", "strange"])
    if what == "strange":
        others = [one for one in STRANGE if type(one) is not type(inside[last])]
        inside[last] = rng.choice(others)
    elif isinstance(inside, dict) and what == "rename":
        inside[f"{last}_"] = inside.pop(last)
    else:
        del inside[last]
    return f"{what} {way} {last}", document


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_a_manifest_that_lost_or_changed_anything_is_refused(folder: Path, first: int) -> None:
    for seed in range(first, first + 50):
        what, document = mutated(seed)
        (folder / FILE).write_text(json.dumps(document))
        try:
            loaded = Guard.load(folder).manifest
        except EngineError as error:
            assert str(error), what
        else:
            assert loaded == Manifest.load(DEMO), what


def test_bytes_of_a_manifest_that_were_changed_never_change_what_is_loaded(folder: Path) -> None:
    whole, original = (DEMO / FILE).read_bytes(), Manifest.load(DEMO)
    original = replace(original, modes=without_words(original.modes))
    matter = [one.name for one in fields(Manifest) if one.name not in WORDS_ONLY]
    for seed in range(100):
        rng, damaged = random.Random(seed), bytearray(whole)
        if seed % 4 == 0:
            damaged = damaged[: rng.randrange(len(damaged))]
        else:
            damaged[rng.randrange(min(len(damaged), 4000))] = rng.randrange(256)
        (folder / FILE).write_bytes(damaged)
        try:
            loaded = Guard.load(folder).manifest
        except EngineError:
            continue
        loaded = replace(loaded, modes=without_words(loaded.modes))
        assert all(getattr(loaded, name) == getattr(original, name) for name in matter), seed


SWAPS: list[tuple[str, Callable[[bytes], bytes], str]] = [
    (VISION, lambda whole: b"", r"cannot load .*vision\.onnx"),
    (VISION, lambda whole: whole[: len(whole) // 2], r"cannot load .*vision\.onnx"),
    (VISION, lambda whole: bytes(len(whole)), r"cannot load .*vision\.onnx"),
    (VISION, lambda whole: (DEMO / DECODER).read_bytes(), r"vision\.onnx"),
    (DECODER, lambda whole: whole[:-100], r"cannot load .*decoder\.onnx"),
    (DECODER, lambda whole: (DEMO / VISION).read_bytes(), r"decoder\.onnx"),
    (WEIGHTS, lambda whole: whole[: len(whole) // 2], r"onnx|model\.safetensors"),
    (WEIGHTS, lambda whole: b"", r"onnx|model\.safetensors"),
    (TOKENIZER, lambda whole: whole[:999], r"tokenizer\.json is no tokenizer"),
    (TOKENIZER, lambda whole: b"{}", r"tokenizer\.json is no tokenizer"),
    (GOLDEN, lambda whole: b"[]", r"golden\.json lists no golden inputs"),
    (GOLDEN, lambda whole: whole.replace(b'"unsafe"', b'"safe"'), r"golden_\d\.png under"),
    ("golden_0.png", lambda whole: (DEMO / "golden_2.png").read_bytes(), r"golden_0\.png under"),
    ("golden_0.png", lambda whole: whole[:99], r"golden_0\.png is no picture"),
]


@pytest.mark.parametrize(("name", "change", "message"), SWAPS)
def test_a_file_that_the_manifest_vouches_for_is_held_to_what_it_must_be(
    folder: Path, name: str, change: Callable[[bytes], bytes], message: str
) -> None:
    replaced(folder, name, change((DEMO / name).read_bytes()))
    with pytest.raises(EngineError, match=message):
        Guard.load(folder)


def test_weights_of_the_same_size_and_header_with_other_numbers_do_not_pass(folder: Path) -> None:
    whole = bytearray((DEMO / WEIGHTS).read_bytes())
    start = min(place.offset for place in places(DEMO / WEIGHTS).values())
    whole[start:] = random.Random(0).randbytes(len(whole) - start)
    replaced(folder, WEIGHTS, bytes(whole))
    with pytest.raises(EngineError, match=r"golden_\d\.png under"):
        Guard.load(folder)


@pytest.mark.parametrize("name", [VISION, DECODER, WEIGHTS, TOKENIZER, GOLDEN, "golden_1.png"])
def test_a_file_that_is_missing_or_not_listed_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EngineError, match=f"lists '{name}', which is no file there"):
        Guard.load(folder)
    document = json.loads(json.dumps(DOCUMENT))
    del document["files"][name]
    (folder / FILE).write_text(json.dumps(document))
    with pytest.raises(EngineError, match=name.replace(".", r"\.")):
        Guard.load(folder)


H100 = {"runtime": "tensorrt", "version": "11.4", "device": "H100", "capability": "SM90", "at": "?"}
OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"runtime": "tensorrt"}, "cuda|TensorRT|tensorrt"),  # no GPU here, or none that executed it
    ({"runtime": "tensorrt", "executed_on": [H100]}, "cuda|TensorRT|tensorrt"),
    ({"runtime": "tensorrt_rtx"}, "cuda|TensorRT|tensorrt"),
    ({"runtime": "tvm"}, "runtime is 'tvm', none of onnxruntime, torch"),
    ({"precision": "float16"}, "precision is 'float16', expected 'float32'"),
    ({"precision": "bfloat16"}, "precision is 'bfloat16' for onnxruntime, expected float32"),
    ({"architecture": "llava"}, "architecture is 'llava', expected 'qwen2_5_vl' or 'qwen3_vl'"),
    ({"image_side": 112}, "image_side is 112, expected 96"),
    ({"s_max": 512}, r"decoder\.onnx is not of the manifest's shape: expected .* x 512 x"),
    ({"engine": "cad"}, "engine is 'cad', expected 'safeguard'"),
]


@pytest.mark.parametrize(("changes", "message"), OTHERS)
def test_a_manifest_for_something_else_is_refused(
    folder: Path, changes: dict[str, Any], message: str
) -> None:
    (folder / FILE).write_text(json.dumps(DOCUMENT | changes))
    with pytest.raises(EngineError, match=message):
        Guard.load(folder)


def test_headers_of_weights_that_were_changed_never_lead_out_of_the_file(tmp_path: Path) -> None:
    head, path = (DEMO / WEIGHTS).read_bytes()[:3000], tmp_path / "model.safetensors"
    names = json.loads((DEMO / WEIGHTS).read_bytes()[8:][: int.from_bytes(head[:8], "little")])
    small = json.dumps(dict(list(names.items())[:6])).encode()
    for seed in range(200):
        rng, damaged = random.Random(seed), bytearray(small)
        for _ in range(rng.randrange(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.choice(b'0123456789-,:[]{}"eE. ')
        length = len(damaged) if seed % 5 else rng.randrange(2**64)
        path.write_bytes(length.to_bytes(8, "little") + damaged + bytes(4096))
        try:
            found = places(path)
        except EngineError:
            continue
        size = path.stat().st_size
        assert all(8 <= one.offset <= one.offset + one.length <= size for one in found.values())

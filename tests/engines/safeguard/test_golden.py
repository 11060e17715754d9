"""A guard that answers otherwise than when it was exported does not start."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engines.errors import EngineError
from engines.manifest import FILE, Manifest, sha256
from engines.safeguard.answer import Answer
from engines.safeguard.golden import FILE as GOLDEN
from engines.safeguard.golden import check_golden, golden_frames, read_golden
from engines.safeguard.guard import Guard
from tests.engines.safeguard.swapped import swapped

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"


def test_golden_inputs_hold_both_answers() -> None:
    assert {entry.word for entry in read_golden(DEMO)} == {"safe", "unsafe"}


def test_another_answer_stops_the_load(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEMO, tmp_path / "engine"))
    golden = json.loads((folder / GOLDEN).read_text())
    golden[0]["score"] = 0.5
    (folder / GOLDEN).write_text(json.dumps(golden))
    manifest = json.loads((folder / FILE).read_text())
    manifest["files"][GOLDEN] = sha256((folder / GOLDEN).read_bytes())
    (folder / FILE).write_text(json.dumps(manifest))
    assert Manifest.load(folder)
    with pytest.raises(EngineError, match=r"golden_0\.png under"):
        Guard.load(folder)


def test_swapped_polarity_does_not_survive_the_load(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEMO, tmp_path / "engine"))
    manifest = Manifest.load(folder)
    modes = {name: swapped(mode) for name, mode in manifest.modes.items()}
    replace(manifest, modes=modes).save(folder)
    with pytest.raises(EngineError, match=r"golden_0\.png under .* was unsafe .*, is safe"):
        Guard.load(folder)


ENTRY = {"frame": "a.png", "policy": "no guns .", "word": "safe", "score": 0.25}
RUBBISH = [
    ("", "cannot read .*golden.json: Expecting value"),
    ("[" * 100_000, "cannot read .*golden.json: maximum recursion"),
    ("{}", "lists no golden inputs, so nothing shows that the guard works"),
    ("[]", "lists no golden inputs"),
    ("[1]", "golden.json: 0: expected the fields of Golden, got int 1"),
    (json.dumps([ENTRY, ENTRY | {"score": "1"}]), "golden.json: 1: score: expected a float"),
    (json.dumps([ENTRY | {"score": float("nan")}]), "0: score: expected a finite number"),
    (json.dumps([ENTRY | {"more": 1}]), r"unknown = \['more'\]"),
]


@pytest.mark.parametrize(("text", "message"), RUBBISH)
def test_golden_inputs_that_are_none_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / GOLDEN).write_text(text)
    with pytest.raises(EngineError, match=message):
        read_golden(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("b.png", "b.png is no picture: .*No such file"),
        ("../a.png", "names '../a.png', which is no file beside it"),
        ("text.png", "text.png is no picture: cannot identify"),
        ("cut.png", "cut.png is no picture"),
        ("small.png", "not of one size"),
    ],
)
def test_a_golden_frame_that_is_none_is_named(tmp_path: Path, name: str, message: str) -> None:
    frame = Image.fromarray(np.random.default_rng(0).integers(0, 255, (8, 8, 3), np.uint8))
    frame.save(tmp_path / "a.png")
    frame.resize((4, 4)).save(tmp_path / "small.png")
    (tmp_path / "text.png").write_text("a picture")
    (tmp_path / "cut.png").write_bytes((tmp_path / "a.png").read_bytes()[:90])
    (tmp_path / GOLDEN).write_text(json.dumps([ENTRY, ENTRY | {"frame": name}]))
    with pytest.raises(EngineError, match=message):
        golden_frames(tmp_path, read_golden(tmp_path))


def test_a_score_that_is_no_number_is_near_to_nothing(tmp_path: Path) -> None:
    def judge(frames: NDArray[np.uint8], texts: Sequence[str]) -> list[Answer]:
        return [Answer("safe", float("nan"), "") for _ in texts]

    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / GOLDEN).write_text(json.dumps([ENTRY]))
    with pytest.raises(EngineError, match=r"was safe 0\.2500, is safe nan"):
        check_golden(tmp_path, judge)

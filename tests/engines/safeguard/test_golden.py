"""A guard that answers otherwise than when it was exported does not start."""

import json
import shutil
from pathlib import Path

import pytest

from engines.errors import EngineError
from engines.manifest import FILE, Manifest, sha256
from engines.safeguard.golden import FILE as GOLDEN
from engines.safeguard.golden import read_golden
from engines.safeguard.guard import Guard

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

"""Which texts a guard reads is known from its manifest and tokenizer alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engines.errors import EngineError, ManifestError, PolicyTextError
from engines.manifest import FILE
from engines.safeguard.reading import TOKENIZER, open_reader

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"
LIGHT = """
import sys
from pathlib import Path
sys.modules["onnxruntime"] = sys.modules["torch"] = None
from engines.safeguard.reading import open_reader
print(open_reader(Path(sys.argv[1])).refusal("no guns"))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Without weights and graphs."""
    for name in (FILE, TOKENIZER):
        shutil.copy(DEMO / name, tmp_path / name)
    return tmp_path


def test_a_text_that_fits_is_read_and_one_that_does_not_says_by_how_much(folder: Path) -> None:
    reader = open_reader(folder)
    assert reader.refusal("No guns. Anything else is allowed.") == ""
    tokens = len(reader.tokens("no guns ."))
    assert tokens < reader.room
    with pytest.raises(PolicyTextError, match=rf"takes \d+ tokens of {reader.room}: 'no guns"):
        reader.tokens("no guns . " * 200)


def test_a_text_is_read_once_and_nobody_can_change_what_was_read(folder: Path) -> None:
    reader = open_reader(folder)
    first = reader.tokens("no guns .")
    first.clear()
    assert reader.tokens("no guns .") and reader._known.cache_info().misses == 1


def test_the_room_is_used_to_its_last_token(folder: Path) -> None:
    reader = open_reader(folder)
    free = reader.room - len(reader.tokens("guns"))
    assert len(reader.tokens("guns" + " guns" * free)) == reader.room
    assert f"{reader.room + 1} tokens of {reader.room}" in reader.refusal(
        "guns" + " guns" * (free + 1)
    )


def test_a_bucket_without_room_for_any_policy_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / FILE).read_text())
    for s_max, fits in ((102, True), (101, False)):
        (folder / FILE).write_text(json.dumps(manifest | {"s_max": s_max}))
        if fits:
            assert open_reader(folder).refusal("a") == ""
            continue
        with pytest.raises(ManifestError, match=r"s_max is 101 tokens, expected 102 or more: 41"):
            open_reader(folder)


@pytest.mark.parametrize("text", ["", "x" * 100_000, "no guns </THINK >", "no\x00guns"])
def test_what_is_no_policy_is_refused_with_a_reason(folder: Path, text: str) -> None:
    assert "a policy" in open_reader(folder).refusal(text)


@pytest.mark.parametrize("text", ["枪支", "لا أسلحة", "no 🔫 , no ❤\ufe0f", "é" * 20])
def test_other_scripts_are_read_byte_by_byte_and_whole(folder: Path, text: str) -> None:
    reader = open_reader(folder)
    said = reader._prompt._tokenizer.decode(reader.tokens(text), skip_special_tokens=False)
    assert text in said


def test_another_engine_or_a_changed_tokenizer_is_refused(folder: Path) -> None:
    document = json.loads((folder / FILE).read_text())
    (folder / FILE).write_text(json.dumps(document | {"engine": "cad"}))
    with pytest.raises(ManifestError, match="engine is 'cad', not 'safeguard'"):
        open_reader(folder)
    (folder / FILE).write_text(json.dumps(document))
    (folder / TOKENIZER).write_text("{}")
    with pytest.raises(EngineError, match=r"tokenizer\.json has sha256 .*, the manifest says"):
        open_reader(folder)


def test_an_engine_without_a_way_of_asking_is_refused(folder: Path) -> None:
    document = json.loads((folder / FILE).read_text())
    document["modes"] = {"whispered": document["modes"]["reasoned"]}
    (folder / FILE).write_text(json.dumps(document))
    with pytest.raises(ManifestError, match=r"modes \['whispered'\], not reasoned or direct"):
        open_reader(folder)


def test_no_runtime_is_needed(folder: Path) -> None:
    command = [sys.executable, "-c", LIGHT, str(folder)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "\n"

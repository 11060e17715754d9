"""A file becomes a list that is ready to be kept, with a bar on long ones alone."""

from pathlib import Path

import pytest

from tests.workers.hashlists.lists import pointer, some_hashes
from topics.errors import UsageError
from workers.hashlists import importing
from workers.hashlists.importing import instead_of, prepare
from workers.hashlists.index_file import Matching


def file(folder: Path, count: int) -> Path:
    path = folder / "hashes.txt"
    path.write_text("".join(row.tobytes().hex() + "\n" for row in some_hashes(count)))
    return path


def test_it_says_how_much_there_is(tmp_path: Path) -> None:
    path = file(tmp_path, 3)
    path.write_text(path.read_text() + "0f" * 32 + ",12,dark.jpg\n")
    ready = prepare(path, Matching())
    assert ready.said == "3 entries, 1 left out (quality below 50), 4.2 MB"
    assert ready.facts["bytes"] == len(ready.packed)


def test_a_long_file_has_a_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(file(tmp_path, 9), Matching())
    assert "hashes.txt" not in capsys.readouterr().err
    monkeypatch.setattr(importing, "_BAR_BYTES", 0)
    monkeypatch.setenv("FORCE_COLOR", "1")  # as at a terminal
    prepare(file(tmp_path, 3000), Matching())
    assert "hashes.txt: building the index" in capsys.readouterr().err


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="x is not UTF-8 text"):
        prepare(tmp_path / "x", Matching())


def test_what_a_list_takes_the_place_of_is_said(tmp_path: Path) -> None:
    ready = prepare(file(tmp_path, 3), Matching())
    assert instead_of(None, ready) == instead_of(pointer(None), ready) == "a new list"
    assert instead_of(pointer(ready.version), ready) == "as it is in force already"
    assert instead_of(pointer("7a" * 32, 9), ready) == "in place of 9 entries, version 7a7a7a7a7a7a"

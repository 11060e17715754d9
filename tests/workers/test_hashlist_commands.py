"""`reelguard hashlist` changes a list only when it was agreed to, and tells what it found."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.workers.hashlists.lists import pointer
from tests.workers.media.clips import video
from tests.workers.media.test_pdq import scene
from workers.hashlist_commands import hashlist
from workers.hashlists.shelf import Shelf

ONE, OTHER = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22", "0f" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hashes.csv").write_text(f"{ONE},bridge\n{OTHER},road\n")
    return tmp_path


def typed(folder: Path, *words: str) -> Result:
    """`reelguard hashlist WORDS`, not at a terminal."""
    environment = {"REELGUARD_HASHLISTS": str(folder / "lists"), "COLUMNS": "200"}
    words = tuple(word.replace("@", f"{folder}/") for word in words)
    return CliRunner().invoke(hashlist, list(words), env=environment)


def imported(folder: Path, name: str = "terror", *options: str) -> Result:
    done = typed(folder, "import", name, "@hashes.csv", "--why", "w", "--by", "mira", *options)
    assert done.exit_code == 0, done.output
    return done


def test_what_is_imported_is_listed_and_matched(folder: Path) -> None:
    assert imported(folder, "terror", "--yes").output.startswith("imported terror: 2 entries, ")
    listed = json.loads(typed(folder, "list", "--json").output)["terror"]
    assert (listed["entries"], listed["changed_by"], listed["why"]) == (2, "mira", "w")
    near = ONE[:-1] + "3"
    [found] = json.loads(typed(folder, "match", near, "--json").output)
    assert found["hashlists"] == {"terror": listed["version"]}
    [match] = found["matches"]
    assert (match["list"], match["item"], match["distance"]) == ("terror", "bridge", 1.0)
    assert "bridge  1         -" in typed(folder, "match", near).output
    assert "no match in 1 lists" in typed(folder, "match", "55" * 32).output


def test_a_dry_run_changes_nothing(folder: Path) -> None:
    said = imported(folder, "terror", "--dry-run").output
    assert said.startswith("would import terror: 2 entries") and "a new list" in said
    assert "no lists; import one" in typed(folder, "list").output
    assert not (folder / "lists").exists()


def test_nothing_is_changed_without_being_agreed_to(folder: Path) -> None:
    refused = typed(folder, "import", "terror", "@hashes.csv", "--why", "w")
    assert refused.exit_code == 2
    assert "add --yes" in refused.output
    assert not (folder / "lists").exists()


def test_another_import_takes_the_place_of_the_first(folder: Path) -> None:
    first = json.loads(imported(folder, "terror", "--yes", "--json").output)
    assert "as it is in force already" in imported(folder, "terror", "--dry-run").output
    strict = imported(folder, "terror", "--yes", "--distance", "10").output
    assert f"in place of 2 entries, version {first['version'][:12]}" in strict


def test_a_removed_list_is_gone_and_remembered(folder: Path) -> None:
    imported(folder, "terror", "--yes")
    removed = typed(folder, "remove", "terror", "--why", "superseded", "--yes")
    assert removed.output.startswith("removed terror: 2 entries")
    assert "terror" not in typed(folder, "list").output
    assert "superseded" in typed(folder, "list", "--all").output
    assert "no match in 0 lists" in typed(folder, "match", ONE).output
    assert (
        "there is no list 'terror'"
        in typed(folder, "remove", "terror", "--why", "w", "--yes").output
    )


def test_wrong_lines_are_named_and_nothing_is_imported(folder: Path) -> None:
    (folder / "hashes.csv").write_text(f"{ONE}\nhello\n")
    refused = typed(folder, "import", "terror", "@hashes.csv", "--why", "w", "--yes")
    assert refused.exit_code == 2
    assert "hashes.csv, line 2: 'hello' is no PDQ hash" in refused.output
    assert not (folder / "lists").exists()


def test_a_list_that_cannot_be_read_is_no_answer(folder: Path) -> None:
    imported(folder, "terror", "--yes")
    Shelf(str(folder / "lists")).point("terror", pointer("0" * 64))
    asked = typed(folder, "match", ONE)
    assert asked.exit_code == 1
    assert "hash list terror" in asked.output and "cannot be read" in asked.output


def test_a_film_is_hashed_listed_and_found_again_with_its_times(folder: Path) -> None:
    pictures = [np.asarray(scene(n // 3)) for n in range(9)]  # three scenes of three seconds
    video(folder / "film.mp4", [float(n) for n in range(9)], pictures=pictures)
    rows = list(csv.reader(io.StringIO(typed(folder, "hash", "@film.mp4").output)))
    assert {row[2] for row in rows} == {"film.mp4"}
    (folder / "hashes.csv").write_text(f"{rows[4][0]},second scene\n")
    imported(folder, "own", "--yes")
    [found] = json.loads(typed(folder, "match", "@film.mp4", "--json").output)
    [match] = found["matches"]
    assert (match["item"], match["start_seconds"], match["end_seconds"]) == (
        *("second scene", 2.5, 5.5),
    )
    assert "0:02.5-0:05.5" in typed(folder, "match", "@film.mp4").output


@pytest.mark.parametrize("source", ["@gone.mp4", "abc"])
def test_what_is_neither_file_nor_hash_is_said(folder: Path, source: str) -> None:
    imported(folder, "terror", "--yes")
    asked = typed(folder, "match", source)
    assert asked.exit_code == 2
    assert "is no file, and no hash of 64 hexadecimal digits" in asked.output

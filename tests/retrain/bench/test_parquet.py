"""Tables are written and read as `datasets` does it, and what is no table is said to be none."""

import json
from pathlib import Path

import arro3.io
import pytest

from retrain.bench import parquet
from retrain.bench.errors import BenchDataError
from retrain.bench.safeeditbench import COLUMNS
from topics.errors import UsageError

from .sets import picture, safe_edit_row, safe_edit_set

ROWS = [safe_edit_row("a.png", 1), safe_edit_row("a_edited.png", 0)]


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    files = safe_edit_set(tmp_path, ROWS)
    assert [row for _, row in parquet.rows(files, [*COLUMNS])] == ROWS
    assert [where for where, _ in parquet.rows(files, ["policy"])] == [
        "test-00000-of-00001.parquet row 0",
        "test-00000-of-00001.parquet row 1",
    ]


def test_the_schema_tells_datasets_which_column_is_an_image(tmp_path: Path) -> None:
    schema = arro3.io.read_parquet(safe_edit_set(tmp_path, ROWS)[0]).schema
    features = json.loads(schema.metadata_str["huggingface"])["info"]["features"]
    assert features["image"] == {"_type": "Image"}
    assert features["safety_label"] == {"dtype": "int64", "_type": "Value"}


@pytest.mark.parametrize(
    "name", ["data/test-00000-of-00002.parquet", "test.parquet", "default/test/0000.parquet"]
)
def test_files_of_a_split_are_found_by_folder_or_name(tmp_path: Path, name: str) -> None:
    for path in (tmp_path / name, tmp_path / "data" / "train-00000-of-00001.parquet"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert parquet.shards(tmp_path, "test") == [tmp_path / name]


def test_a_folder_without_parquet_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no Parquet file; expected those of split 'test'"):
        parquet.shards(tmp_path, "test")
    with pytest.raises(UsageError, match="is no folder"):
        parquet.shards(tmp_path / "nowhere", "test")


def test_a_split_that_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    safe_edit_set(tmp_path, ROWS)
    with pytest.raises(UsageError, match=r"split 'valid', only data/test-00000-of-00001.parquet"):
        parquet.shards(tmp_path, "valid")


def test_a_set_inside_of_another_folder_is_not_taken_for_this_one(tmp_path: Path) -> None:
    safe_edit_set(tmp_path / "other", ROWS)
    with pytest.raises(UsageError, match=r"only other/data/test-00000-of-00001.parquet"):
        parquet.shards(tmp_path, "test")


def test_a_lacking_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    files = safe_edit_set(tmp_path, ROWS)
    with pytest.raises(
        BenchDataError, match=r"lacks missing = \['policy_level'\]; its columns are"
    ):
        next(parquet.rows(files, ["policy_level"]))


@pytest.mark.parametrize("keep", [0, 3, 11, 500])
def test_a_file_that_is_cut_or_something_else_is_no_parquet(tmp_path: Path, keep: int) -> None:
    (path,) = safe_edit_set(tmp_path, ROWS)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BenchDataError, match="is no whole Parquet file"):
        next(parquet.rows([path], ["policy"]))
    path.write_bytes(picture(1) * 9)
    with pytest.raises(BenchDataError, match="is no whole Parquet file"):
        next(parquet.rows([path], ["policy"]))


@pytest.mark.torch
def test_datasets_reads_what_we_write_and_writes_what_we_read(tmp_path: Path) -> None:
    import datasets

    safe_edit_set(tmp_path / "ours", ROWS)
    stored = datasets.load_dataset(
        str(tmp_path / "ours"), split="test", cache_dir=str(tmp_path / "cache")
    )
    assert isinstance(stored.features["image"], datasets.Image)
    assert stored[0]["image"].size == (32, 24) and stored[1]["safety_label"] == 0

    stored.to_parquet(str(tmp_path / "theirs" / "test.parquet"))
    files = parquet.shards(tmp_path / "theirs", "test")
    assert [row["image_path"] for _, row in parquet.rows(files, [*COLUMNS])] == [
        row["image_path"] for row in ROWS
    ]
    assert next(parquet.rows(files, ["image"]))[1]["image"]["bytes"] == ROWS[0]["image"]["bytes"]

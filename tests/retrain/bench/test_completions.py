"""Completions of another model are read for every row, or not at all."""

from pathlib import Path

import pytest

from retrain.bench.completions import read_completions
from retrain.bench.errors import BenchDataError


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_completions_are_put_in_the_order_of_the_rows(tmp_path: Path) -> None:
    path = written(
        tmp_path, '{"row": 1, "completion": "safe"}', '{"row": 0, "completion": "unsafe"}'
    )
    assert [words["strict"] for words in read_completions(path, 2)] == ["unsafe", "safe"]


def test_an_inference_that_failed_is_unparsable(tmp_path: Path) -> None:
    path = written(tmp_path, '{"row": 0, "completion": null}')
    assert read_completions(path, 1)[0] == {
        "strict": "unparsable",
        "lenient": "unparsable",
        "authors": "safe",
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"row": 0, "completion": "safe"}'], "lacks 1 of 2 rows, the first is 1"),
        (['{"row": 0, "completion": "a"}'] * 2, ":2: row 0 is there twice"),
        (['{"row": 2, "completion": "a"}'], r":1: row 2 is there twice or not in 0\.\.1"),
        (['{"row": true, "completion": "a"}'], "row must be a number"),
        (['{"row": 0, "completion": 1}'], "completion a text or null"),
        (['{"row": 0}'], r":1: expected {\"row\": 0"),
        (["safe"], ":1: expected"),
        (["[]"], ":1: expected"),
    ],
)
def test_a_file_that_does_not_fit_the_set_is_refused(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    with pytest.raises(BenchDataError, match=said):
        read_completions(written(tmp_path, *lines), 2)

"""Facts are read back as they were written, and only for the rows they belong to."""

from pathlib import Path

import pytest

from retrain.bench.errors import BenchDataError
from retrain.bench.facts import FILE, Facts, read_facts, write_facts

FACTS = [Facts("street", ["gun", "flag"], True, "ban"), Facts("beach", [], False, "else")]


def test_facts_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_facts(tmp_path, FACTS)
    assert read_facts(tmp_path, 2) == FACTS


def test_the_real_set_has_none(tmp_path: Path) -> None:
    assert read_facts(tmp_path, 601) == []


def test_facts_of_other_rows_are_refused(tmp_path: Path) -> None:
    write_facts(tmp_path, FACTS)
    with pytest.raises(BenchDataError, match="has 2 lines, the Parquet files 3 rows"):
        read_facts(tmp_path, 3)


@pytest.mark.parametrize("text", ["no json\n", '{"place": "street"}\n', "[]\n"])
def test_a_file_in_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BenchDataError, match="is not what made it"):
        read_facts(tmp_path, 1)

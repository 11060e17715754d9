"""The paper's figures, without the traps of its evaluation script."""

from pathlib import Path
from typing import Any

import pytest

from engines.safeguard.answer import Word
from retrain.bench import parquet, tally
from retrain.bench.case import Case
from retrain.bench.errors import BenchDataError
from retrain.bench.parsing import read_text
from retrain.bench.safeeditbench import COLUMNS, figures, measured, pair_name, read_cases

from .sets import safe_edit_row, safe_edit_set


def rows(level: str, labels: str) -> list[Case]:
    return [
        Case(f"row {i}", f"Policy {level}", "text", label == "u", f"{i // 2}", f"{i // 2}")
        for i, label in enumerate(labels)
    ]


def said(words: str) -> list[Word]:
    return ["unsafe" if word == "u" else "safe" for word in words]


def test_policies_are_told_apart_by_the_column_that_the_set_has(tmp_path: Path) -> None:
    table = [safe_edit_row("a.jpg", 1, "L2"), safe_edit_row("a.jpg", 0, "L3")]
    cases = read_cases(safe_edit_set(tmp_path, table))
    assert [*figures(tally.tally(cases, said("ss")))["policies"]] == ["Policy L2", "Policy L3"]


def test_l1_is_measured_by_accuracy_even_if_something_is_unsafe() -> None:
    found = figures(tally.tally(rows("L1", "usss") + rows("L3", "usus"), said("ssss" + "uuus")))
    assert found["policies"]["Policy L1"]["metric"] == "accuracy"
    assert found["policies"]["Policy L1"]["value"]["mean"] == 0.75
    assert found["policies"]["Policy L3"]["value"]["mean"] == 0.8
    assert found["macro"]["mean"] == 0.775


def test_a_policy_under_which_nothing_is_unsafe_is_measured_by_accuracy() -> None:
    found = figures(tally.tally(rows("L9", "ssss"), said("sssu")))
    assert found["policies"]["Policy L9"]["value"]["mean"] == 0.75


def test_always_safe_gets_a_fifth_of_the_mean() -> None:
    cases = rows("L1", "s" * 10)
    cases += [case for level in ("L2", "L3", "L4", "L5") for case in rows(level, "us" * 5)]
    assert figures(tally.tally(cases, said("s" * 50)))["macro"]["mean"] == 0.2


def test_a_pair_with_equal_labels_is_a_pair_but_no_flip() -> None:
    found = figures(tally.tally(rows("L5", "uuus"), said("uuuu")))
    assert (found["pairs"], found["flips"]) == (2, 1)
    assert found["strict_pair"]["mean"] == 0.5 and found["strict_flip"]["mean"] == 0.0


def test_a_failed_inference_is_safe_only_for_the_authors_rule() -> None:
    found = measured(rows("L3", "ssuu"), [read_text("")] * 4)
    assert found["authors"]["accuracy"]["mean"] == 0.5 and found["authors"]["invalid"] == 0.0
    assert found["strict"]["accuracy"]["mean"] == 0.0 and found["strict"]["invalid"] == 1.0


def test_the_answer_that_the_published_prompt_asks_for_is_understood() -> None:
    found = measured(rows("L3", "us"), [read_text("unsafe."), read_text("safe")])
    assert found["lenient"]["macro"]["mean"] == 1.0 and found["authors"]["macro"]["mean"] == 0.0


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("test_images/12.jpg", "test_images/12"),
        ("test_images/12_edited.jpg", "test_images/12"),
        ("test_images/12_edited.png", "test_images/12"),  # an editor may change the format
        ("test_images/12_edited_edited.jpg", "test_images/12_edited"),
    ],
)
def test_an_original_and_its_edited_twin_are_a_pair(path: str, name: str) -> None:
    assert pair_name(path) == name


def test_labels_are_read_as_numbers(tmp_path: Path) -> None:
    table = [safe_edit_row("a.jpg", 1), safe_edit_row("a_edited.jpg", 0)]
    cases = read_cases(safe_edit_set(tmp_path, table))
    assert [(case.unsafe, case.pair) for case in cases] == [
        (True, "test_images/a"),
        (False, "test_images/a"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"safety_label": 2}, "row 0: safety_label is 2, not 0 or 1"),
        ({"safety_label": -1}, "safety_label is -1"),
        ({"policy": " "}, "row 0: policy is ' ', not a text"),
        ({"policy_name": ""}, "policy_name is ''"),
    ],
)
def test_a_wrong_row_stops_the_run(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(BenchDataError, match=said):
        read_cases(safe_edit_set(tmp_path, [safe_edit_row("a.jpg", 1) | change]))


def test_a_label_in_words_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "test.parquet"
    parquet.write(path, COLUMNS | {"safety_label": "string"}, [safe_edit_row("a.jpg", "Unsafe")])
    with pytest.raises(BenchDataError, match="safety_label is 'Unsafe', not 0 or 1"):
        read_cases([path])


def test_an_empty_split_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(
        BenchDataError, match=r"data has no row in \['test-00000-of-00001.parquet'\]"
    ):
        read_cases(safe_edit_set(tmp_path, []))

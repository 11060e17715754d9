"""F1 per category and overall; labels are read as they are written, or not at all."""

from pathlib import Path

import pytest

from retrain.bench.errors import BenchDataError
from retrain.bench.parsing import read_text
from retrain.bench.unsafebench import POLICY, measured, read_cases

from .sets import unsafe_row, unsafe_set

LABELS = [("Unsafe", "Hate"), ("Safe", "Hate"), ("Unsafe", "Spam"), ("Unsafe", "Spam")]


def test_categories_and_the_whole_have_their_f1(tmp_path: Path) -> None:
    cases = read_cases(unsafe_set(tmp_path, [unsafe_row(*row) for row in LABELS]))
    found = measured(cases, [read_text(word) for word in ("unsafe", "unsafe", "safe", "unsafe")])
    assert found["strict"]["categories"]["Hate"]["f1"]["mean"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["strict"]["categories"]["Spam"]["f1"]["mean"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["strict"]["f1"]["mean"] == pytest.approx(4 / 6, abs=1e-4)
    assert found["strict"]["categories"]["Spam"]["unsafe"] == 2


def test_a_label_with_a_capital_is_no_safe_one(tmp_path: Path) -> None:
    cases = read_cases(unsafe_set(tmp_path, [unsafe_row("Unsafe"), unsafe_row("Safe")]))
    assert [case.unsafe for case in cases] == [True, False]


@pytest.mark.parametrize("label", ["unsafe", "unknown", "", "1"])
def test_a_label_that_is_neither_stops_the_run(tmp_path: Path, label: str) -> None:
    with pytest.raises(
        BenchDataError, match=f"row 1: safety_label is '{label}', not Safe or Unsafe"
    ):
        read_cases(unsafe_set(tmp_path, [unsafe_row("Safe"), unsafe_row(label)]))


def test_an_answer_with_a_capital_or_a_stop_is_no_safe_one(tmp_path: Path) -> None:
    cases = read_cases(unsafe_set(tmp_path, [unsafe_row("Unsafe")] * 2))
    found = measured(cases, [read_text("Unsafe"), read_text("unsafe.")])
    assert found["authors"]["f1"]["mean"] == 0.0  # what the published script would say
    assert found["lenient"]["f1"]["mean"] == 1.0
    assert found["strict"]["invalid"] == 1.0


def test_the_policy_asks_for_no_form_of_answer() -> None:
    words = POLICY.lower()
    assert "respond" not in words and "'safe'" not in words and "one word" not in words


def test_an_empty_category_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(BenchDataError, match="row 0: category is ''"):
        read_cases(unsafe_set(tmp_path, [unsafe_row("Safe", "")]))


def test_an_empty_split_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(BenchDataError, match="has no row"):
        read_cases(unsafe_set(tmp_path, []))

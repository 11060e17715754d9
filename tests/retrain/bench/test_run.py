"""From files to a document and its plot, with a real engine."""

import json
from pathlib import Path

import pytest

from retrain.bench import parquet, run, safeeditbench, unsafebench
from retrain.bench.mini import make

from .sets import unsafe_row, unsafe_set

ENGINE = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mini")
    make(folder, 1, lambda _: None)
    return folder


def test_an_engine_is_measured_on_the_mini_set(mini: Path) -> None:
    files = parquet.shards(mini, "test")
    cases = safeeditbench.read_cases(files)
    document = run.safeeditbench_document(mini, cases, run.by_engine(ENGINE, cases, files))
    assert document["judge"].startswith("safeguard@") and document["rows"] == 10
    assert document["scenes"] == 5
    assert {"always safe", "default sentence", "count of objects"} <= {*document["baselines"]}
    assert document["readings"]["strict"]["flips"] == 5
    json.dumps(document, allow_nan=False)


def test_unsafebench_is_measured_by_a_short_policy(tmp_path: Path) -> None:
    files = unsafe_set(tmp_path, [unsafe_row("Safe"), unsafe_row("Unsafe", "Spam")])
    cases = unsafebench.read_cases(files, "No guns. Anything else is allowed.")
    document = run.unsafebench_document(tmp_path, cases, run.by_engine(ENGINE, cases, files))
    assert [*document["readings"]["strict"]["categories"]] == ["Hate", "Spam"]
    json.dumps(document, allow_nan=False)


def test_the_plot_shows_every_group_all_rows_and_the_best_baseline(tmp_path: Path) -> None:
    cases = unsafebench.read_cases(unsafe_set(tmp_path, [unsafe_row("Safe"), unsafe_row("Unsafe")]))
    answers = tmp_path / "answers.jsonl"
    answers.write_text('{"row": 0, "completion": "safe"}\n{"row": 1, "completion": "unsafe"}\n')
    document = run.unsafebench_document(tmp_path, cases, run.by_completions(answers, cases))
    chart = run.chart(document, "categories", "f1", "f1")
    assert [*chart.bars] == ["Hate", "all (f1)"]
    assert chart.bars["Hate"]["strict"]["mean"] == 1.0
    assert chart.best["Hate"] == pytest.approx(2 / 3, abs=1e-4)  # always unsafe

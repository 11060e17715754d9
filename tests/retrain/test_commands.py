"""`reelguard bench` from the outside: what it prints, and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from retrain.commands import bench

from .bench.sets import safe_edit_row, safe_edit_set, unsafe_row, unsafe_set

ENGINE = str(Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo")


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(bench, [str(word) for word in words])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    safe_edit_set(tmp_path, [safe_edit_row("a.png", 1), safe_edit_row("a_edited.png", 0)])
    (tmp_path / "answers.jsonl").write_text(
        '{"row": 0, "completion": "Unsafe"}\n{"row": 1, "completion": "safe"}\n'
    )
    return tmp_path


def test_help_of_the_command_loads_nothing_heavy() -> None:
    code = "import sys, retrain.commands; print(*(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numpy", "torch", "av", "onnxruntime", "arro3"} & {*done.stdout.split()} == set()


def test_completions_are_measured_in_three_readings(data: Path) -> None:
    done = call("safeeditbench", "--data", data, "--answers", data / "answers.jsonl", "--json")
    assert done.exit_code == 0
    readings = json.loads(done.stdout)["readings"]
    accuracy = {name: figures["accuracy"]["mean"] for name, figures in readings.items()}
    assert accuracy == {"strict": 0.5, "lenient": 1.0, "authors": 0.5}


def test_a_table_is_printed_and_a_plot_written(data: Path) -> None:
    plot = data / "plot.svg"
    done = call(
        "safeeditbench", "--data", data, "--answers", data / "answers.jsonl", "--plot", plot
    )
    assert done.exit_code == 0 and "Policy L2" in done.stdout
    assert plot.read_text().startswith("<svg")


def test_a_mini_set_is_made_and_measured(tmp_path: Path) -> None:
    assert call("make", tmp_path / "mini", "--pairs", "1").stdout.startswith("10 rows in ")
    done = call("safeeditbench", "--data", tmp_path / "mini", "--engine", ENGINE, "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["rows"] == 10
    again = call("make", tmp_path / "mini")
    assert again.exit_code == 2 and "is not empty" in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--data", "."], "give either --engine or --answers"),
        (["--data", "nowhere", "--engine", "."], "does not exist"),
        (["--data", ".", "--engine", ".", "--plot", "x.png"], "writes an .svg file"),
        (["--data", ".", "--engine", "."], "holds no Parquet file"),
        (["--engine", "."], "Missing option '--data'"),
    ],
)
@pytest.mark.parametrize("name", ["safeeditbench", "unsafebench"])
def test_what_is_asked_for_wrongly_exits_2(
    name: str, words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(name, *words)
    assert done.exit_code == 2 and said in done.stderr


def test_wrong_data_exits_1_and_says_what_is_there(data: Path) -> None:
    done = call("unsafebench", "--data", data, "--engine", ENGINE)
    assert done.exit_code == 1 and "lacks missing = ['category', 'source', 'text']" in done.stderr
    empty = data / "empty"
    safe_edit_set(empty, [])
    done = call("safeeditbench", "--data", empty, "--engine", ENGINE)
    assert done.exit_code == 1 and "has no row" in done.stderr


def test_a_folder_that_is_no_engine_exits_1(data: Path) -> None:
    done = call("safeeditbench", "--data", data, "--engine", data)
    assert done.exit_code == 1 and "manifest.json" in done.stderr


def test_a_policy_too_long_for_the_guard_exits_1_and_prints_no_figure(tmp_path: Path) -> None:
    unsafe_set(tmp_path, [unsafe_row("Safe")])
    done = call("unsafebench", "--data", tmp_path, "--engine", ENGINE)
    assert done.exit_code == 1 and "a policy takes" in done.stderr and done.stdout == ""


def test_unsafebench_takes_a_policy_from_a_file(tmp_path: Path) -> None:
    unsafe_set(tmp_path, [unsafe_row("Safe"), unsafe_row("Unsafe")])
    (tmp_path / "policy.txt").write_text("No guns. Anything else is allowed.")
    more = ["--policy", str(tmp_path / "policy.txt")]
    done = call("unsafebench", "--data", tmp_path, "--engine", ENGINE, *more)
    assert done.exit_code == 0 and "Hate" in done.stdout and "1/2" in done.stdout

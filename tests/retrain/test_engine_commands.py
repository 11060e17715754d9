"""`reelguard engine` from the outside: what it prints, what it changes, and its exit codes."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engines.manifest import Manifest
from retrain.engine_commands import engine

DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(engine, [str(word) for word in words])


def test_an_engine_says_what_it_is_and_what_stands_against_it() -> None:
    document = json.loads(call("show", DEMO, "--json").stdout)
    assert document["build"] == Manifest.load(DEMO).build
    assert any("it is a demo" in reason for reason in document["against_promotion"])
    assert "grade: demo" in call("show", DEMO).stdout


def test_a_changed_folder_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    folder = shutil.copytree(DEMO, tmp_path / "engine")
    (folder / "tokenizer.json").write_text("{}")
    done = call("show", folder)
    assert done.exit_code == 1 and "tokenizer.json has sha256" in done.stderr


@pytest.mark.torch
def test_what_cannot_be_compiled_is_said_before_anything_is_done(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for words, message in (
        (("--model", "nowhere"), "'nowhere' is neither a folder nor a hub id"),
        (("--model", DEMO, "--precision", "bfloat16"), "onnxruntime runs float32, float16, not"),
        (("--model", DEMO, "--side", "448"), "is an engine for 96 px"),
        (("--model", DEMO, "--s-max", "100"), "s_max must be 212 or more"),
        (("--model", DEMO, "--revision", "main"), "a revision belongs to a model of the hub"),
    ):
        done = call("compile", "safeguard", "--out", out, *words)
        assert done.exit_code == 1 and message in done.stderr, done.output
    assert [*tmp_path.iterdir()] == []


@pytest.mark.torch
def test_a_dry_run_tells_sizes_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("compile", "safeguard", "--model", DEMO, "--out", out, "--dry-run", "--json")
    found = json.loads(call(*words).stdout)
    assert found["weights_bytes"] == 4 * found["parameters"] > 4 * 1_600_000
    assert found["cache_bytes_per_row"] == 2 * 4 * 4 * 256 * 32 * 4
    assert [*tmp_path.iterdir()] == []


@pytest.mark.torch
def test_what_is_there_is_not_overwritten_unasked(tmp_path: Path) -> None:
    done = call("compile", "safeguard", "--model", DEMO, "--out", tmp_path, "--dry-run")
    assert done.exit_code == 2 and "--replace puts the new engine in its place" in done.stderr


def test_help_of_every_command_has_an_example() -> None:
    for name in engine.commands:
        assert f"Example: reelguard engine {name} " in call(name, "--help").stdout

"""Every command explains itself on one screen; wrong use and failures are one line each."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workers.cli import load, main

NOWHERE = ("--bootstrap", "127.0.0.1:1")

WRONG = [  # what was typed, what the line says
    (["nonsense"], "No such command 'nonsense'. (see `reelguard --help`)"),
    (["submit"], "Missing argument 'FILE|URL...'. (see `reelguard submit --help`)"),
    (["submit", "no.mp4"], "no.mp4 is no file here and no URL; give the path of a file or a URL"),
    (["submit", "a://1", "a://2", "--video-id", "v"], "--video-id names one video; give one"),
    (["submit", "a://1", "--seconds", "soon"], "'soon' is not a valid float"),
    (["watch", "--rows"], "Option '--rows' requires an argument."),
    (["verdict", "show"], "Missing argument 'VIDEO_ID'. (see `reelguard verdict show --help`)"),
    (["policy", "publish", "x.yaml"], "Missing option '--why'."),
    (["policy", "publish", "no.yaml", "--why", "w"], "no.yaml cannot be read: No such file"),
    (["deadletter", "show", "56", "--wat"], "No such option: --wat"),
    (["demo", "no.mp4"], "File 'no.mp4' does not exist. (see `reelguard demo --help`)"),
    (["kafka", "--port", "nine"], "'nine' is not a valid int"),
    (["worker", "now"], "Got unexpected extra argument (now)"),
]

ASKING = [  # commands that need a broker
    ["status"],
    ["watch", "--seconds", "1"],
    ["submit", "https://m.example/v.mp4"],
    ["verdict", "show", "v-1"],
    ["deadletter", "list"],
    ["deadletter", "show", "56"],
    ["policy", "list"],
    ["topic", "list"],
]


def every(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words that lead to a command and to all below it."""
    yield path
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from every(below, (*path, name))


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    """The exit code of `reelguard WORDS`."""
    monkeypatch.setattr(sys, "argv", ["reelguard", *words])
    with pytest.raises(SystemExit) as left:
        main()
    return left.value.code


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker is waited for, and none is named by the environment."""
    monkeypatch.delenv("REELGUARD_KAFKA", raising=False)
    for room in ("admin", "scan", "write"):
        monkeypatch.setattr(f"topics.{room}.CONNECT_SECONDS", 0.1)


LINES = {(): 40, ("engine", "compile"): 36}  # a screen has 24; the list of all commands is longer


@pytest.mark.parametrize("path", list(every(load())), ids=" ".join)
def test_help_fits_a_screen_and_has_an_example(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(load(), [*path, "--help"], prog_name="reelguard", terminal_width=80)

    lines = done.output.splitlines()
    assert done.exit_code == 0
    assert len(lines) <= LINES.get(path, 24)
    assert max(len(line) for line in lines) <= 100
    example = f"Example: (REELGUARD.*)?reelguard {' '.join(path)}" if path else "`reelguard demo`"
    assert re.search(example, done.output)
    assert "..." not in "".join(lines[1:])  # nothing is cut off


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(w) for w, _ in WRONG])
def test_wrong_use_exits_with_2_and_one_line_that_says_what_to_do(
    words: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = typed(monkeypatch, *words)

    out, err = capfd.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("reelguard: ") and said in err


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_a_broker_that_is_not_there_exits_with_1_and_one_line(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = typed(monkeypatch, *words, *NOWHERE)

    out, err = capfd.readouterr()
    assert (code, out) == (1, "")
    assert err.startswith("reelguard: no Kafka broker answered at '127.0.0.1:1' within ")
    assert err.endswith("or name yours in REELGUARD_KAFKA\n") and err.count("\n") == 1


@pytest.mark.parametrize("words", [[], ["topic"], ["verdict"]], ids=" ".join)
def test_a_bare_noun_shows_what_it_can_do(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, *words) == 2
    assert capfd.readouterr().err.startswith(f"Usage: {' '.join(['reelguard', *words])} [OPTIONS]")


def test_a_bad_setting_exits_with_2_and_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REELGUARD_FRAMES_MAX", "x")

    assert typed(monkeypatch, "worker", "--settings") == 2
    assert "REELGUARD_FRAMES_MAX is 'x', not an int" in capfd.readouterr().err


def test_a_policy_that_breaks_its_rules_exits_with_1_and_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.yaml").write_text("id: p\nversion: one\n")

    assert typed(monkeypatch, "policy", "publish", str(tmp_path / "p.yaml"), "--why", "w") == 1
    err = capfd.readouterr().err
    assert f"{tmp_path}/p.yaml:2: version" in err and err.count("\n") == 1

"""A compile goes on where it stopped, begins anew for anything else, and is never half seen."""

from pathlib import Path

import pytest

from engines.compile.steps import Steps
from engines.errors import EngineError

MADE_FROM = {"files": [["a", 1]], "precision": "float16"}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    steps = Steps(tmp_path / "engine", MADE_FROM)
    steps.once("one", lambda: (steps.folder / "one").write_text("1"))
    steps.close()
    return tmp_path / "engine"


def test_a_step_that_is_done_is_kept(target: Path) -> None:
    steps = Steps(target, MADE_FROM)
    steps.once("one", lambda: pytest.fail("done twice"))
    assert steps.done == {"one": ""} and (steps.folder / "one").read_text() == "1"


def test_a_step_that_was_cut_off_is_done_again(target: Path) -> None:
    steps = Steps(target, MADE_FROM)
    with pytest.raises(ZeroDivisionError):
        steps.once("two", lambda: 1 // 0)
    steps.close()
    again: list[str] = []
    Steps(target, MADE_FROM).once("two", lambda: again.append("two"))
    assert again == ["two"]


def test_a_step_is_done_again_with_something_else(target: Path) -> None:
    again: list[str] = []
    for of in ("a", "b", "a", "a"):
        steps = Steps(target, MADE_FROM)
        steps.once("two", lambda of=of: again.append(of), of)  # type: ignore[misc]
        steps.close()
    assert again == ["a", "b", "a"]


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"made_from": {}, "done": {"one": ""}}'])
def test_what_was_made_from_something_else_is_thrown_away(target: Path, record: str) -> None:
    part = target.with_name("engine.part")
    (part / "steps.json").write_text(record)
    (part / "folder").mkdir()
    assert Steps(target, MADE_FROM).done == {}
    assert [*part.iterdir()] == []


def test_two_are_never_at_work_in_one_folder(target: Path) -> None:
    first = Steps(target, MADE_FROM)
    with pytest.raises(EngineError, match=r"another compile is at work in .*engine\.part"):
        Steps(target, MADE_FROM)
    first.close()
    Steps(target, MADE_FROM).close()


def test_what_is_finished_takes_the_place_of_what_was_there(target: Path) -> None:
    target.mkdir()
    (target / "old").write_text("old")
    Steps(target, MADE_FROM).finish()
    assert [path.name for path in target.iterdir()] == ["one"]
    assert [path.name for path in target.parent.iterdir()] == ["engine"]

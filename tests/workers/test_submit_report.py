"""Verdicts are reported as they came: one in full, several as a table, none as nothing."""

import pytest

from tests.workers.wire import batch, on, upload
from workers.submit_report import report, send_all


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which nothing is folded."""
    monkeypatch.setenv("COLUMNS", "160")


def test_one_verdict_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    wire, sending = batch()
    send_all(sending, [upload("a")])
    wire.arriving = [on("a", 0)]

    assert report(sending, 5.0) == []
    assert capsys.readouterr().out.startswith("a  remove\nwhy       weapons v1: ")


def test_several_are_a_table_and_progress_is_no_part_of_the_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wire, sending = batch()
    send_all(sending, [upload("a"), upload("b"), upload("c")])
    wire.arriving = [on("a", 0), on("b", 1, action="label")]

    missing = report(sending, 0.2)

    out, err = capsys.readouterr()
    assert [u.video_id for u in missing] == ["c"]
    assert [line.split()[:2] for line in out.splitlines() if "weapons" in line] == [
        ["a", "remove"],
        ["b", "label"],
    ]
    assert "submitting" in err and "judging" in err and "judging" not in out


def test_no_verdict_is_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    _, sending = batch()
    send_all(sending, [upload("a")])

    assert len(report(sending, 0.0)) == 1
    assert capsys.readouterr().out == ""

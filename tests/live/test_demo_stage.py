"""A demo whose worker cannot start says why, and leaves no worker."""

from pathlib import Path

import pytest

from topics.admin import create
from topics.errors import EngineFault
from workers.demo.stage import Stage, broker, worker


def test_a_worker_that_cannot_start_is_told_in_its_own_words(
    kafka: str, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELGUARD_SAFEGUARD", "/nowhere/guard")
    create(kafka, prefix=prefix)

    with pytest.raises(EngineFault, match=r"did not get ready(.|\n)*from /nowhere/guard cannot be"):
        with worker(Stage(kafka, prefix, tmp_path)):
            pass

    alive = [p for p in Path("/proc").glob("[0-9]*/environ") if prefix in environment(p)]
    assert alive == []


def environment(path: Path) -> str:
    """Of a process, as far as it may be read."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def test_a_broker_of_ones_own_is_taken_as_it_is(kafka: str) -> None:
    with broker(kafka) as bootstrap:
        assert bootstrap == kafka

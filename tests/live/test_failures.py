"""What one upload may do to a worker: nothing. Each gets its answer, and the next one is judged."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.scenes.layout import arrange
from tests.live.line import WEAPONS, Line, running_line, until
from workers.demo.film import Film, Shot, encode


@pytest.fixture(scope="module")
def line(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """One worker for all tests of this file; its engine judges nothing."""
    folder = tmp_path_factory.mktemp("line")
    encode(Film(shots=(Shot(arrange("street", ("flag",), 1), 2.0),)), folder / "clip.mp4")
    encode(Film(shots=(Shot(arrange("street", ("flag",), 1), 60.0),)), folder / "long.mp4")
    with running_line(kafka, f"f{time.time_ns()}-", folder, WEAPONS) as running:
        yield running


def clip(line: Line, name: str = "clip.mp4") -> str:
    return (line.folder / name).as_uri()


def children_of(pid: int) -> list[int]:
    """Process ids whose parent is `pid`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int((entry / "stat").read_text().split()[3]) == pid:
                found.append(int(entry.name))
        except (OSError, IndexError, ValueError):  # gone meanwhile, or a name with blanks
            continue
    return found


def test_an_upload_that_no_engine_judged_is_review_and_never_allow(line: Line) -> None:
    line.send("happy", clip(line))
    verdict = line.verdict("happy")
    assert verdict.action == "review"
    assert verdict.content is not None and verdict.content.width == 384
    seen = verdict.coverage
    assert seen is not None and seen.frames_scored + seen.frames_duplicate == 2
    assert [p.result for p in verdict.policies] == ["unparsable"]
    assert verdict.deepfake is not None and verdict.deepfake.reason == "no_engine"
    assert verdict.score_table_uri is not None
    assert Path(verdict.score_table_uri.removeprefix("file://")).stat().st_size > 0


def test_bytes_that_are_no_upload_become_a_dead_letter_alone(line: Line) -> None:
    poison = b"\xff\x00 not json"
    written = line.send_bytes("poison", poison)
    until(lambda: [x for x in line.letters() if x.key == b"poison"], "a dead letter")
    letter = next(x for x in line.letters() if x.key == b"poison")
    assert letter.value == poison
    assert (letter.topic, letter.partition, letter.offset) == (
        "uploads",
        written.partition,
        written.offset,
    )
    assert letter.reason == "record"
    assert line.verdicts("poison") == []


def test_a_missing_file_is_an_error_verdict_and_a_dead_letter(line: Line) -> None:
    line.send("missing", clip(line, "nowhere.mp4"))
    verdict = line.verdict("missing")
    assert verdict.action == "error"
    assert verdict.error is not None and verdict.error.reason == "not_found"
    assert any(x.key == b"missing" and x.reason == "not_found" for x in line.letters())


def test_a_file_outside_of_the_root_is_refused(line: Line) -> None:
    line.send("outside", "file:///etc/passwd")
    verdict = line.verdict("outside")
    assert verdict.error is not None and verdict.error.reason == "fetch_refused"


def test_a_media_process_that_dies_costs_its_own_upload_only(line: Line) -> None:
    assert line.process is not None
    line.send("killed", clip(line, "long.mp4"))
    victims: list[int] = []

    def decoding() -> bool:
        servers = children_of(line.process.pid) if line.process else []
        victims[:] = [child for server in servers for child in children_of(server)]
        return bool(victims)

    until(decoding, "a media process at work")
    os.kill(victims[0], signal.SIGKILL)
    verdict = line.verdict("killed")
    assert verdict.error is not None and verdict.error.reason == "media_crash"
    line.send("after-crash", clip(line))
    assert line.verdict("after-crash").action == "review"


def test_an_engine_that_dies_is_started_again(line: Line) -> None:
    assert line.process is not None
    engine = next(
        child
        for child in children_of(line.process.pid)
        if b"engine_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    )
    os.kill(engine, signal.SIGKILL)
    line.send("after-engine", clip(line))
    assert line.verdict("after-engine").action == "review"

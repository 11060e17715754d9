"""A worker that is process 1 judges, leaves no zombie and stops when it is told."""

import os
import signal
from pathlib import Path

from tests.live.line import WAIT_SECONDS, WEAPONS, Line, until
from tests.live.test_failures import children_of
from tests.workers.media import clips
from tests.workers.test_init import namespace
from workers.status import read_status


def state(pid: int) -> str:
    """As in /proc: R, S, Z for a zombie; empty when it is gone."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.read_text().rpartition(")")[2].split()[0] if stat.exists() else ""


def test_process_one_is_an_init(kafka: str, prefix: str, tmp_path: Path) -> None:
    line = Line(kafka, prefix, tmp_path, in_front=tuple(namespace()))
    line.create(WEAPONS)
    line.start()
    assert line.process is not None
    try:
        [init] = children_of(line.process.pid)
        [worker] = children_of(init)
        clip = clips.video(tmp_path / "v.mp4")
        line.send("first", clip.as_uri())
        assert line.verdict("first").action == "review"

        below = [child for each in children_of(worker) for child in (each, *children_of(each))]
        for child in below:
            os.kill(child, signal.SIGKILL)  # engine and fork server: orphans come to the init
        until(lambda: not [c for c in below if state(c) == "Z"], "no zombie of them")

        os.kill(init, signal.SIGTERM)
        assert line.process.wait(WAIT_SECONDS) == 0
        assert read_status(kafka, prefix) == []
    finally:
        line.process.kill()

"""No upload is lost and each is decided once, however a worker ends."""

import signal
import time
from pathlib import Path

import msgspec

from engines.scenes.layout import arrange
from tests.live.gate_server import gate
from tests.live.line import WEAPONS, Line, running_line, until
from workers.demo.film import Film, Shot, encode


def a_clip(folder: Path) -> bytes:
    path = folder / "made.mp4"
    encode(Film(shots=(Shot(arrange("street", ("flag",), 1), 1.0),)), path)
    return path.read_bytes()


def kill(line: Line) -> None:
    """kill -9 the worker; what it started must go by itself."""
    line.signal(signal.SIGKILL)
    assert line.process is not None
    line.process.wait(10)


def test_sigterm_lets_the_upload_in_flight_finish(kafka: str, prefix: str, tmp_path: Path) -> None:
    with gate(a_clip(tmp_path)) as held, running_line(kafka, prefix, tmp_path, WEAPONS) as line:
        line.send("in-flight", held.url)
        until(lambda: held.asked, "the worker fetching")
        line.signal(signal.SIGTERM)
        time.sleep(1.0)
        assert line.process is not None and line.process.poll() is None
        held.opened.set()
        assert line.process.wait(30) == 0
        assert [v.action for v in line.verdicts("in-flight")] == ["review"]
        assert line.committed() == 1
        line.start()
        time.sleep(3.0)
        assert len(line.verdicts("in-flight")) == 1


def test_kill_9_in_flight_loses_nothing_and_decides_once(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    with gate(a_clip(tmp_path)) as held, running_line(kafka, prefix, tmp_path, WEAPONS) as line:
        line.send("in-flight", held.url)
        until(lambda: held.asked, "the worker fetching")
        kill(line)
        assert line.verdicts("in-flight") == [] and line.committed() == 0
        held.opened.set()
        line.start()
        line.verdict("in-flight")
        until(lambda: line.committed() == 1, "the acknowledgement")
        assert len({v.verdict_id for v in line.verdicts("in-flight")}) == 1


def test_a_policy_change_between_redeliveries_is_still_one_decision(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    content = a_clip(tmp_path)
    with gate(content) as held, running_line(kafka, prefix, tmp_path, WEAPONS) as line:
        held.opened.set()
        line.send("twice", held.url)
        first = line.verdict("twice")
        kill(line)  # before the offset is committed, so that the upload comes again
        line.publish(msgspec.structs.replace(WEAPONS, version=2, text="no knives ."))
        line.start()
        until(lambda: line.committed() == 1, "the acknowledgement")
        records = line.verdicts("twice")
        assert {v.verdict_id for v in records} == {first.verdict_id}
        assert records[0].policies[0].version == 1  # the first record is the decision
        assert all(v.policies[0].version == 2 for v in records[1:])


def test_nothing_is_consumed_before_a_policy_is_there(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    (tmp_path / "clip.mp4").write_bytes(a_clip(tmp_path))
    with running_line(kafka, prefix, tmp_path) as line:
        line.send("early", (tmp_path / "clip.mp4").as_uri())
        until(lambda: "waiting for a policy" in line.log(), "the worker waiting")
        time.sleep(3.0)
        assert line.verdicts("early") == [] and line.committed() == 0
        line.publish(WEAPONS)
        assert line.verdict("early").policies[0].policy_id == "weapons"

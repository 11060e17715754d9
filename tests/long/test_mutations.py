"""2,000 damaged files go through a worker on a real broker: each gets its verdict, and none hurts.

Seeded (tests/workers/media/mutants.py): bytes flipped, ends cut, boxes resized, streams swapped.
The last line of each test's output has its figures.
"""

import resource
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.live.line import WEAPONS, Line, running_line, until
from tests.workers.media import clips, mutants
from topics import codec
from topics.errors import ContentError
from topics.scan import scan
from topics.uploads import UPLOADS, Upload
from topics.verdicts import VERDICTS, Verdict
from topics.write import writer
from workers.media.clip import Media

MUTANTS = 2000
LINE_SECONDS_MAX, DECODE_SECONDS_MAX, MIB_MAX = 900.0, 10.0, 300.0
GROWTH_MIB_MAX = 50.0  # of the worker, from the 200th file to the last


def send_all(line: Line, whole: list[bytes]) -> None:
    topic = UPLOADS.prefixed(line.prefix)
    with writer(line.kafka, prefix=line.prefix) as out:
        for number in range(MUTANTS):
            path = line.folder / f"{number:04}"
            path.write_bytes(mutants.mutant(whole, number))
            upload = Upload(
                video_id=path.name,
                uri=path.as_uri(),
                uploaded_at=datetime.now(UTC),
                uploader_id="test",
            )
            out.send_bytes(topic, path.name.encode(), codec.encode(upload), [])


def answers(line: Line) -> dict[str, Verdict]:
    found = scan(line.kafka, VERDICTS.prefixed(line.prefix))
    verdicts = [codec.decode(Verdict, record.value) for record in found if record.value]
    return {verdict.video_id: verdict for verdict in verdicts}


def rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def test_every_mutant_gets_its_verdict_from_one_worker(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    whole = mutants.seeds(tmp_path)
    with running_line(kafka, prefix, tmp_path, WEAPONS) as line:
        assert line.process is not None
        send_all(line, whole)
        until(lambda: len(answers(line)) >= MUTANTS / 10, "the first verdicts")
        early = rss_mib(line.process.pid)
        until(lambda: len(answers(line)) == MUTANTS, "a verdict on each", LINE_SECONDS_MAX)
        grown = rss_mib(line.process.pid) - early
        assert line.process.poll() is None
        line.send("whole", clips.video(tmp_path / "whole.mp4").as_uri())
        assert line.verdict("whole").action == "review"
    found = answers(line)
    assert "fork server has died" not in line.log()
    ends = Counter(v.error.reason if v.error else v.action for v in found.values())
    assert set(ends) <= {"review", "unreadable", "too_large", "media_limit"}
    decode = max(verdict.timing_seconds.decode for verdict in found.values())
    assert decode < DECODE_SECONDS_MAX and grown < GROWTH_MIB_MAX
    print(f"{dict(ends)}, longest decode {decode:.2f} s, worker grew by {grown:.0f} MiB")


@pytest.mark.asyncio
async def test_no_mutant_takes_long_or_much(tmp_path: Path) -> None:
    whole, path, seconds = mutants.seeds(tmp_path), tmp_path / "mutant", []
    media = Media(root=Path("/"))
    await media.start()
    server = media.sandbox.server_pid
    for number in range(MUTANTS):
        path.write_bytes(mutants.mutant(whole, number))
        began = time.monotonic()
        try:
            async with media.clip(path.as_uri(), sha256=None, side=16, deadline_seconds=20) as clip:
                assert clip.media_rss_mib < MIB_MAX, number
        except ContentError as error:
            assert error.reason in ("unreadable", "too_large", "media_limit"), (number, error)
        seconds.append(time.monotonic() - began)
    assert media.sandbox.server_pid == server
    await media.stop()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert max(seconds) < DECODE_SECONDS_MAX and peak < MIB_MAX
    print(f"median {np.median(seconds):.3f} s, longest {max(seconds):.2f} s, peak {peak:.0f} MiB")

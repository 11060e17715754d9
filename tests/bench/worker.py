"""A worker of the bench: on topics of its own, told to judge files, and its peaks of memory."""

import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.films import CACHE
from tests.live.line import WEAPONS, running_line
from topics.uploads import Upload
from topics.verdicts import Verdict
from workers.submit import Batch, batch

JOB_SECONDS = 120
WAIT_SECONDS = 600.0


@dataclass(frozen=True)
class Seen:
    """A verdict, and by our own clock when its upload was sent and when it was here."""

    verdict: Verdict
    sent: float  # before the record was handed to Kafka
    written: float  # the broker had the record
    seen: float

    @property
    def seconds(self) -> float:
        """From publish to verdict."""
        return self.seen - self.sent


@dataclass(frozen=True)
class Bench:
    """A ready worker and a way to it."""

    sending: Batch
    pid: int

    def judge(self, paths: Sequence[Path]) -> float:
        """Send all files at once; seconds from the first send to the last verdict."""
        began = time.perf_counter()
        awaited = {self.sending.send(_upload(path)) for path in paths}
        while not awaited <= self.sending.verdicts.keys():
            assert time.perf_counter() - began < WAIT_SECONDS, "the worker gives no verdicts"
            self.sending.arrived()
        took = time.perf_counter() - began
        failed = [v for key in awaited if (v := self.sending.verdicts[key]).error]
        assert not failed, failed
        return took

    def one(self, path: Path) -> Seen:
        """Send one file and wait for its verdict."""
        sent = time.perf_counter()
        expected = self.sending.send(_upload(path))
        written = time.perf_counter()
        while expected not in self.sending.verdicts:
            assert time.perf_counter() - sent < WAIT_SECONDS, "the worker gives no verdict"
            self.sending.arrived()
        return Seen(self.sending.verdicts[expected], sent, written, time.perf_counter())


@contextmanager
def ready_worker(kafka: str, *, guard: str = "null") -> Iterator[Bench]:
    """A worker with two uploads in flight; guard: a folder of weights, or `null`."""
    prefix = f"bench-{uuid.uuid4().hex[:8]}-"
    settings = {
        "REELGUARD_SAFEGUARD": guard,
        "REELGUARD_FETCH_ROOT": str(CACHE),
        "REELGUARD_JOB_SECONDS": str(JOB_SECONDS),
        "REELGUARD_CONCURRENCY": "2",
        "REELGUARD_ALLOW_DEMO_ENGINES": "1",
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        running_line(kafka, prefix, Path(folder), WEAPONS, **settings) as line,
        batch(kafka, prefix) as sending,
    ):
        assert line.process is not None
        yield Bench(sending, line.process.pid)


def _upload(path: Path) -> Upload:
    return Upload(
        video_id=uuid.uuid4().hex,
        uri=path.as_uri(),
        uploaded_at=datetime.now(UTC),
        uploader_id="bench",
    )

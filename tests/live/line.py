"""A worker in a process of its own on its own topics, and what a test wants to know of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient

from policies.publish import Place, publish
from topics import codec
from topics.admin import create
from topics.dead_letters import DEAD_LETTERS, DeadLetter
from topics.policies import Policy, Thresholds
from topics.scan import scan
from topics.uploads import UPLOADS, Upload
from topics.verdicts import VERDICTS, Verdict
from topics.write import Written, writer
from workers.status import read_status

WAIT_SECONDS = 60.0
JOB_SECONDS = 10
WEAPONS = Policy(
    id="weapons",
    version=1,
    title="Weapons",
    text="no guns . anything else is allowed .",
    actions=Thresholds(remove=0.5),
)


def until(true: Callable[[], object], what: str, seconds: float = WAIT_SECONDS) -> None:
    """Wait until something is true; fail by saying what was waited for."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


@dataclass
class Line:
    """Topics, a worker on them, and a folder for its files.

    in_front: a command that starts the worker's, if any
    """

    kafka: str
    prefix: str
    folder: Path  # of its clips, its store and its log
    settings: dict[str, str] = field(default_factory=dict)
    in_front: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started_after: datetime = field(default_factory=lambda: datetime.now(UTC))

    def create(self, *policies: Policy) -> None:
        """Create the topics and publish policies."""
        create(self.kafka, prefix=self.prefix)
        for policy in policies:
            self.publish(policy)

    def publish(self, policy: Policy) -> None:
        """Publish a policy version."""
        publish(Place(self.kafka, self.prefix), policy, by="test", why="test")

    def start(self, *, ready: bool = True) -> None:
        """Start a worker, and wait until it judges."""
        environment = os.environ | {
            "REELGUARD_KAFKA": self.kafka,
            "REELGUARD_TOPIC_PREFIX": self.prefix,
            "REELGUARD_GROUP": self.prefix + "group",
            "REELGUARD_WORKER_ID": "worker-under-test",
            "REELGUARD_STORE": (self.folder / "store").as_uri(),
            "REELGUARD_FETCH_ROOT": str(self.folder),
            "REELGUARD_FETCH_INTERNAL": "127.0.0.0/8",
            "REELGUARD_SAFEGUARD": "null",
            "REELGUARD_JOB_SECONDS": str(JOB_SECONDS),
            "REELGUARD_WEB_PORT": "0",
        }
        self.started_after = datetime.now(UTC)
        with (self.folder / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.in_front, sys.executable, "-m", "workers", "worker"],
                env=environment | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if ready:
            until(self.is_ready, f"a ready worker; its log: {self.log()[-2000:]}")

    def is_ready(self) -> bool:
        """Whether the heartbeat of this very process says ready."""
        found = read_status(self.kafka, self.prefix)
        return any(w.state == "ready" and w.started_at >= self.started_after for w in found)

    def until_in_force(self, policy_id: str, version: int) -> None:
        """Wait until the worker's heartbeat names this version."""

        def held() -> bool:
            return any(
                w.policies.get(policy_id) == version for w in read_status(self.kafka, self.prefix)
            )

        until(held, f"{policy_id} version {version} in force")

    def log(self) -> str:
        """What the worker said so far."""
        return (self.folder / "worker.log").read_text(errors="replace")

    def signal(self, number: int) -> None:
        """Send a signal to the worker."""
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> int:
        """Tell the worker to stop, wait, and return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def send(self, video_id: str, uri: str, **more: Any) -> Written:
        """Put an upload on its topic, perhaps with a title."""
        upload = Upload(
            video_id=video_id, uri=uri, uploaded_at=datetime.now(UTC), uploader_id="test", **more
        )
        return self.send_bytes(video_id, codec.encode(upload))

    def send_bytes(self, key: str, value: bytes) -> Written:
        """Put bytes on `uploads`, whatever they are."""
        with writer(self.kafka, prefix=self.prefix) as out:
            return out.send_bytes(UPLOADS.prefixed(self.prefix), key.encode(), value, [])

    def verdicts(self, video_id: str) -> list[Verdict]:
        """Every record about a video, in order."""
        found = scan(self.kafka, VERDICTS.prefixed(self.prefix))
        return [codec.decode(Verdict, f.value) for f in found if f.key == video_id.encode()]

    def verdict(self, video_id: str) -> Verdict:
        """The first verdict on a video, as soon as it is there."""
        until(lambda: self.verdicts(video_id), f"a verdict on {video_id}")
        return self.verdicts(video_id)[0]

    def letters(self) -> list[DeadLetter]:
        """Every dead letter, in order."""
        found = scan(self.kafka, DEAD_LETTERS.prefixed(self.prefix))
        return [codec.decode(DeadLetter, f.value) for f in found]

    def committed(self) -> int:
        """How many uploads the group has acknowledged."""
        admin = KafkaAdminClient(bootstrap_servers=self.kafka)
        try:
            groups = admin.list_group_offsets([self.prefix + "group"])
        finally:
            admin.close()
        return sum(max(0, x.offset) for group in groups.values() for x in group.values())


@contextmanager
def running_line(
    kafka: str, prefix: str, folder: Path, *policies: Policy, **settings: str
) -> Iterator[Line]:
    """A line with a ready worker, if there are policies; stopped on leaving."""
    line = Line(kafka, prefix, folder, settings)
    line.create(*policies)
    line.start(ready=bool(policies))
    try:
        yield line
    finally:
        line.stop()

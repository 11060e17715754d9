"""Start what the demo needs around it: a broker, topics and a worker; all gone on leaving."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from topics.errors import EngineFault
from workers.broker import named_or_running
from workers.status import read_status

READY_SECONDS = 60.0
STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Stage:
    """Where everything of this demo is."""

    bootstrap: str
    prefix: str
    folder: Path

    @property
    def clips(self) -> Path:
        """The demo's videos."""
        return self.folder / "clips"

    @property
    def store(self) -> Path:
        """Evidence frames and score tables."""
        return self.folder / "store"

    @property
    def log(self) -> Path:
        """What the worker said."""
        return self.folder / "worker.log"


@contextmanager
def broker(kafka: str | None) -> Iterator[str]:
    """The broker that `kafka` names, or one of our own for as long as the context lasts."""
    with named_or_running(kafka) as bootstrap:
        yield bootstrap


@contextmanager
def worker(stage: Stage) -> Iterator[None]:
    """A worker in a process of its own; told to stop, and waited for, on leaving."""
    environment = os.environ | {
        "REELGUARD_KAFKA": stage.bootstrap,
        "REELGUARD_TOPIC_PREFIX": stage.prefix,
        "REELGUARD_GROUP": f"{stage.prefix}reelguard",
        "REELGUARD_WORKER_ID": "demo-worker",
        "REELGUARD_STORE": stage.store.as_uri(),
        "REELGUARD_FETCH_ROOT": "/",
        "REELGUARD_ALLOW_DEMO_ENGINES": "1",
        "REELGUARD_WEB_PORT": "0",
    }
    with stage.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", "worker"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C here is passed on once, by us
        )
    try:
        _until_ready(stage, process)
        yield
    finally:
        _stop(process)


def _until_ready(stage: Stage, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while not any(w.state == "ready" for w in read_status(stage.bootstrap, stage.prefix)):
        if process.poll() is not None or time.monotonic() > until:
            last = stage.log.read_text(errors="replace").splitlines()[-5:]
            raise EngineFault("the worker did not get ready; its last words:\n" + "\n".join(last))
        time.sleep(0.2)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

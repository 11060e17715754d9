"""Start one real Apache Kafka on this machine, for laptops, the demo and the tests.

KRaft, one node, on 127.0.0.1 alone; data in a temporary folder unless one is named. What it
starts is gone afterwards, whatever ends this process (broker_guardian.py sees to that). It makes
no topics and is no mock: the server is the release that production runs.
Source: Kafka 4.3 `StorageTool format --standalone`, `kafka.Kafka`.
"""

import base64
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

from workers import broker_guardian
from workers.broker_guardian import Plan
from workers.broker_java import BrokerError, jars, java

__all__ = ["Broker", "BrokerError", "named_or_running", "running_broker"]

HOST = "127.0.0.1"
START_SECONDS = 60  # 3 s are usual; a machine that is busy with other things gets time
LOOK_SECONDS = 0.05
STOP_SECONDS = 30
TRIES = 3  # somebody may take a free port between our look and Java's
READY = b"Kafka Server started"
PORT_TAKEN = "Address already in use"
TEMPLATES = Path(__file__).parent / "kafka"
JVM = [  # a small broker that starts fast: 330 MiB resident
    "-Xms256m",
    "-Xmx1G",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    f"-Dlog4j2.configurationFile={TEMPLATES / 'log4j2.properties'}",
]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Broker:
    """A broker that answers."""

    bootstrap: str  # host:port
    log: Path


@contextmanager
def named_or_running(bootstrap: str | None) -> Iterator[str]:
    """The bootstrap servers that were named (`REELGUARD_KAFKA`), else those of a broker of ours."""
    if bootstrap:
        yield bootstrap
        return
    with running_broker() as broker:
        yield broker.bootstrap


@contextmanager
def running_broker(*, port: int | None = None, data: Path | None = None) -> Iterator[Broker]:
    """Start a broker and stop it at the end.

    port:     where clients connect; a free one if None
    data:     a folder that stays, and may hold the data of an earlier run; temporary if None
    raises:   BrokerError, naming the cure
    """
    runtime, libraries = java(), jars()
    for attempt in range(1, TRIES + 1):
        ports = free_ports(port)
        try:
            guardian, broker = launch(plan_for(runtime, libraries, ports, data))
            break
        except BrokerError as error:
            if port is not None or attempt == TRIES or PORT_TAKEN not in str(error):
                raise
            log.info("port %d was taken meanwhile, trying another", ports[0])
    try:
        yield broker
    finally:
        guardian.terminate()
        guardian.communicate(timeout=STOP_SECONDS)


def free_ports(port: int | None) -> tuple[int, int]:
    """The wanted port, or a free one, and a free one for the controller."""
    with ExitStack() as stack:
        found = []
        for wanted in (port or 0, 0):
            listener = stack.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does
            try:
                listener.bind((HOST, wanted))
            except OSError as error:
                raise BrokerError(
                    f"port {wanted} cannot be used ({error.strerror}): stop what listens there "
                    f"(`ss -ltnp 'sport = :{wanted}'`) or name another port"
                ) from error
            found.append(listener.getsockname()[1])
    return found[0], found[1]


def plan_for(runtime: str, libraries: Path, ports: tuple[int, int], data: Path | None) -> Plan:
    """What the guardian is to do: the files and commands of one broker."""
    temporary = Path(tempfile.gettempdir()) / f"reelguard-kafka-{uuid.uuid4().hex[:12]}"
    folder = data.absolute() if data else temporary
    properties = Template((TEMPLATES / "server.properties").read_text()).substitute(
        port=ports[0], controller_port=ports[1], data=folder / "data"
    )
    command = [runtime, *JVM, f"-Djava.io.tmpdir={folder}", "-cp", f"{libraries}/*"]
    file = str(folder / "server.properties")
    new_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    form = ["kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={new_id}"]
    return Plan(
        owner=os.getpid(),
        folder=str(folder),
        keep=data is not None,
        bootstrap=f"{HOST}:{ports[0]}",
        properties=properties,
        format_command=[*command, *form, f"--config={file}"],
        serve_command=[*command, "kafka.Kafka", file],
    )


def launch(plan: Plan) -> tuple[subprocess.Popen[str], Broker]:
    """Hand the plan to a guardian and wait until the broker answers."""
    broker = Broker(plan["bootstrap"], Path(plan["folder"]) / "broker.log")
    broker.log.unlink(missing_ok=True)  # an earlier run's "started" is not ours
    guardian = subprocess.Popen(
        [sys.executable, "-I", broker_guardian.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C reaches us alone; we decide when the broker ends
    )
    assert guardian.stdin is not None
    with ExitStack() as undo:
        undo.callback(guardian.communicate, timeout=STOP_SECONDS)
        undo.callback(guardian.terminate)
        guardian.stdin.write(json.dumps(plan) + "\n")
        guardian.stdin.flush()
        wait_until_ready(guardian, broker)
        undo.pop_all()
    return guardian, broker


def wait_until_ready(guardian: subprocess.Popen[str], broker: Broker) -> None:
    """Look into the log until the broker says that it has started."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if guardian.poll() is not None:
            words = guardian.communicate()[0].strip()
            raise BrokerError(f"the Kafka broker did not start. Its last words:\n{words}")
        if broker.log.exists() and READY in broker.log.read_bytes():
            return
        time.sleep(LOOK_SECONDS)
    words = broker.log.read_text(errors="replace")[-2000:] if broker.log.exists() else ""
    raise BrokerError(
        f"the Kafka broker was not ready after {START_SECONDS} s: is the machine too busy, or "
        f"short of the 400 MiB it needs? Its last words:\n{words}"
    )

"""What Kubernetes asks a worker is answered with what is true at that moment."""

import json
import os
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

from tests.live.line import WEAPONS, Line, running_line, until
from tests.live.test_failures import children_of


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def engine_of(line: Line) -> int:
    """The process id of the worker's engine."""
    assert line.process is not None
    children = children_of(line.process.pid)
    words = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return next(child for child in children if b"engine_main" in words[child])


def test_a_worker_is_alive_then_ready_and_dead_without_its_engine(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    port = free_port()
    with running_line(kafka, prefix, tmp_path, REELGUARD_WEB_PORT=str(port)) as line:
        until(lambda: get(port, "/livez")[0] == 200, "a live worker")
        status, body = get(port, "/readyz")
        assert (status, json.loads(body)) == (503, {"policies": {}, "ready": False})

        line.publish(WEAPONS)
        until(lambda: get(port, "/readyz")[0] == 200, "a ready worker")
        assert json.loads(get(port, "/readyz")[1])["policies"] == {"weapons": 1}
        assert "reelguard_in_flight 0.0" in get(port, "/metrics")[1]

        os.kill(engine_of(line), signal.SIGKILL)
        until(lambda: get(port, "/livez")[0] == 503, "a worker that says its engine is dead", 10)

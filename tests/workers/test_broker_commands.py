"""`reelguard kafka` says where it is and leaves nothing, whatever ends it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = "from workers.broker_commands import kafka; kafka()"


def processes_naming(folder: Path) -> list[str]:
    """Command lines of all processes that work in `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words:
            found.append(words.replace(b"\0", b" ").decode(errors="replace"))
    return found


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "--port", "0"],
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.live
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_whatever_ends_it(end: signal.Signals, tmp_path: Path) -> None:
    with start(tmp_path) as command:
        assert command.stdout is not None
        assert command.stdout.readline().startswith("REELGUARD_KAFKA=127.0.0.1:")
        assert processes_naming(tmp_path)

        command.send_signal(end)
        command.wait(20)

    deadline = time.monotonic() + 10
    while (processes_naming(tmp_path) or any(tmp_path.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_naming(tmp_path) == []
    assert list(tmp_path.iterdir()) == []

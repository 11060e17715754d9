"""The table of workers shows what each does and what it ignored."""

import msgspec
import pytest

from topics import codec
from topics.worker_status import WORKER_STATUS, WorkerStatus
from workers.status import print_status, status_json

BEAT = codec.decode(WorkerStatus, msgspec.json.encode(WORKER_STATUS.examples[0]))


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which nothing is folded."""
    monkeypatch.setenv("COLUMNS", "200")


def test_a_worker_is_a_row_with_its_versions(capsys: pytest.CaptureFixture[str]) -> None:
    print_status([BEAT])

    _, row, *below = capsys.readouterr().out.splitlines()
    assert row.split()[:2] == ["worker-0", "ready"]
    assert row.split()[-5:] == ["2", "1041", "3", "weapons@1", "safeguard@1+0123456789ab"]
    assert below == [
        "worker-0: media: NO SECCOMP (EINVAL: prctl(22)), no Landlock",
        "worker-0: policies@12 ignored: version 5 after 3",
    ]


def test_no_worker_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    print_status([])

    assert capsys.readouterr().out == "no worker is alive; start one with `reelguard worker`\n"


def test_brackets_in_what_was_ignored_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    [ignored] = BEAT.ignored
    odd = msgspec.structs.replace(ignored, reason="key b'[/red]' for 'weapons'")

    print_status([msgspec.structs.replace(BEAT, ignored=(odd,))])

    assert "ignored: key b'[/red]' for 'weapons'" in capsys.readouterr().out


def test_json_is_one_array_of_heartbeats() -> None:
    read = msgspec.json.decode(status_json([BEAT]), type=list[WorkerStatus])

    assert read == [BEAT]
    assert status_json([]) == "[]"

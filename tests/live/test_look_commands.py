"""Commands that look: each sees what stands on the broker, once, and takes nothing away."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from tests.workers.verdicts import REMOVED, UNREADABLE, verdict
from topics import codec
from topics.admin import create
from topics.dead_letters import DEAD_LETTERS, DeadLetter
from topics.declare import Topic
from topics.verdicts import VERDICTS
from topics.worker_status import WORKER_STATUS, WorkerStatus
from topics.write import Writer, writer
from workers.commands import COMMANDS
from workers.status import read_status

NOW = datetime.now(UTC)
BEAT = codec.decode(WorkerStatus, msgspec.json.encode(WORKER_STATUS.examples[0]))
LETTER = codec.decode(DeadLetter, msgspec.json.encode(DEAD_LETTERS.examples[0]))


@dataclass
class Desk:
    """A broker with topics, and `reelguard` before it."""

    out: Writer
    bootstrap: str
    prefix: str

    def put(self, topic: Topic, key: str, value: msgspec.Struct | bytes | None) -> None:
        """A record, bytes or a tombstone."""
        raw = codec.encode(value) if isinstance(value, msgspec.Struct) else value
        self.out.send_bytes(self.prefix + topic.name, key.encode(), raw, [])

    def typed(self, *words: str) -> Result:
        """`reelguard WORDS`."""
        [command] = [one for one in COMMANDS if one.name == words[0]]
        environment = {"REELGUARD_KAFKA": self.bootstrap, "REELGUARD_TOPIC_PREFIX": self.prefix}
        return CliRunner().invoke(command, words[1:], env=environment | {"COLUMNS": "200"})


@pytest.fixture
def desk(kafka: str, prefix: str) -> Iterator[Desk]:
    """Empty topics of its own."""
    create(kafka, prefix=prefix)
    with writer(kafka, prefix=prefix) as out:
        yield Desk(out, kafka, prefix)


def beat(worker_id: str, seconds_ago: float = 0.0, **changes: Any) -> WorkerStatus:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return msgspec.structs.replace(BEAT, worker_id=worker_id, beat_at=at, **changes)


def letter(digits: str, minute: int, **changes: Any) -> DeadLetter:
    at = NOW + timedelta(minutes=minute)
    ident = digits + "0" * (64 - len(digits))
    return msgspec.structs.replace(LETTER, dead_letter_id=ident, failed_at=at, **changes)


def test_status_shows_the_newest_beat_of_who_is_alive(desk: Desk) -> None:
    desk.put(WORKER_STATUS, "here", beat("here", 5, judged=1))
    desk.put(WORKER_STATUS, "here", beat("here", judged=2))
    desk.put(WORKER_STATUS, "silent", beat("silent", 60))
    desk.put(WORKER_STATUS, "left", beat("left"))
    desk.put(WORKER_STATUS, "left", None)
    desk.put(WORKER_STATUS, "garbled", b"{}")

    found = read_status(desk.bootstrap, desk.prefix, now=datetime.now(UTC))

    assert [(status.worker_id, status.judged) for status in found] == [("here", 2)]


def test_status_fails_while_no_worker_is_ready(desk: Desk) -> None:
    assert desk.typed("status").exit_code == 1
    desk.put(WORKER_STATUS, "w", beat("w", state="blind"))
    assert desk.typed("status").exit_code == 1
    desk.put(WORKER_STATUS, "w", beat("w", -30, state="ready"))

    done = desk.typed("status", "--json")

    assert done.exit_code == 0
    assert [row["worker_id"] for row in json.loads(done.output)] == ["w"]


def test_dead_letters_are_listed_once_each_oldest_first(desk: Desk) -> None:
    for one in (letter("bb", 2, reason="unreadable"), letter("aa", 1), letter("bb", 2)):
        desk.put(DEAD_LETTERS, "k", one)
    desk.put(DEAD_LETTERS, "k", b"no letter")

    rows = [json.loads(x) for x in desk.typed("deadletter", "list", "--json").output.splitlines()]
    unreadable = desk.typed("deadletter", "list", "--reason", "unreadable").output

    assert [(row["dead_letter_id"][:2], row["reason"]) for row in rows] == [
        ("aa", "record"),
        ("bb", "unreadable"),
    ]
    assert len(unreadable.splitlines()) == 2


def test_the_start_of_an_id_names_one_dead_letter_or_none(desk: Desk) -> None:
    desk.put(DEAD_LETTERS, "k", letter("ab1", 1, value=b"\xff\x00raw"))
    desk.put(DEAD_LETTERS, "k", letter("ab2", 2))

    several, none = desk.typed("deadletter", "show", "ab"), desk.typed("deadletter", "show", "c")

    assert (several.exit_code, none.exit_code) == (2, 1)
    assert "2 dead letters begin with 'ab'; give more of the id" in several.output
    assert "no dead letter begins with 'c'; see `reelguard deadletter list`" in none.output
    raw = desk.typed("deadletter", "show", "ab1", "--value")
    assert (raw.exit_code, raw.stdout_bytes) == (0, b"\xff\x00raw")


def test_a_verdict_is_its_first_record_and_the_newest_occasion_is_shown(desk: Desk) -> None:
    first, second = verdict(sequence=1), verdict(sequence=2, verdict_id="ee" * 32, action="label")
    for one in (second, first, msgspec.structs.replace(first, action="allow")):
        desk.put(VERDICTS, one.video_id, one)
    desk.put(VERDICTS, UNREADABLE.video_id, UNREADABLE)

    newest = desk.typed("verdict", "show", REMOVED.video_id)
    every = desk.typed("verdict", "show", REMOVED.video_id, "--all", "--json").output

    assert newest.output.startswith("v-20261125-0001  label")
    assert [json.loads(line)["action"] for line in every.splitlines()] == ["remove", "label"]


def test_a_video_without_a_verdict_is_said_to_have_none(desk: Desk) -> None:
    done = desk.typed("verdict", "show", "v-9")

    assert done.exit_code == 1
    assert f"no verdict on 'v-9' on {desk.prefix}verdicts" in done.output

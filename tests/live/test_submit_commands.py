"""`reelguard submit` and `watch` against a worker that answers at once, and one that never does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result

from tests.workers.verdicts import verdict
from topics import codec
from topics.admin import create
from topics.identity import upload_occasion, verdict_id
from topics.scan import listening, scan
from topics.uploads import UPLOADS, Upload
from topics.verdicts import VERDICTS
from topics.write import writer
from workers.upload_commands import COMMANDS


@pytest.fixture
def place(kafka: str, prefix: str) -> tuple[str, str]:
    """Topics of its own: bootstrap servers and prefix."""
    create(kafka, prefix=prefix)
    return kafka, prefix


def typed(place: tuple[str, str], *words: str) -> Result:
    """`reelguard WORDS`."""
    [command] = [one for one in COMMANDS if one.name == words[0]]
    environment = {"REELGUARD_KAFKA": place[0], "REELGUARD_TOPIC_PREFIX": place[1]}
    return CliRunner().invoke(command, words[1:], env=environment | {"COLUMNS": "200"})


@contextmanager
def answering(bootstrap: str, prefix: str) -> Iterator[None]:
    """A worker that removes every video, twice each as after a redelivery."""
    stop, begun = threading.Event(), threading.Event()

    def work() -> None:
        with (
            listening(bootstrap, UPLOADS.prefixed(prefix)) as uploads,
            writer(bootstrap, prefix=prefix) as out,
        ):
            begun.set()
            while not stop.is_set():
                for found in uploads.poll():
                    upload = codec.decode(Upload, found.value)
                    occasion = upload_occasion("uploads", found.partition, found.offset)
                    ident = verdict_id(upload.video_id, occasion)
                    answer = verdict(video_id=upload.video_id, verdict_id=ident)
                    for _ in range(2):
                        out.send(VERDICTS, upload.video_id, answer, id=ident)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(20)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_what_is_submitted_stands_on_uploads(place: tuple[str, str]) -> None:
    done = typed(place, "submit", "https://m.example/v.mp4", "--video-id", "v-1", "--json")

    [found] = list(scan(place[0], place[1] + "uploads"))
    upload = codec.decode(Upload, found.value)
    expected = verdict_id("v-1", f"upload:uploads/{found.partition}/{found.offset}")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["verdict_id"] == expected
    assert (found.key, upload.uri) == (b"v-1", "https://m.example/v.mp4")


def test_who_waits_sees_the_verdicts(place: tuple[str, str]) -> None:
    with answering(*place):
        one = typed(place, "submit", "a://v.mp4", "--wait")
        two = typed(place, "submit", "a://v.mp4", "a://w.mp4", "--wait", "--json")

    assert (one.exit_code, two.exit_code) == (0, 0)
    assert one.stdout.startswith("v.mp4  remove\nwhy       weapons v1: street")
    lines = [json.loads(line) for line in two.stdout.splitlines()]
    assert [(line["video_id"], line["action"]) for line in lines] == [
        ("v.mp4", "remove"),
        ("w.mp4", "remove"),
    ]


def test_who_waits_in_vain_is_told_and_exits_with_1(place: tuple[str, str]) -> None:
    done = typed(place, "submit", "a://v.mp4", "--wait", "--seconds", "0.5")

    assert done.exit_code == 1
    assert done.stderr.endswith("no verdict on v.mp4 within 0.5 s\n")


def test_watch_shows_what_arrives_while_it_looks(place: tuple[str, str]) -> None:
    begun, over = threading.Event(), threading.Event()

    def keep_publishing() -> None:
        with writer(place[0], prefix=place[1]) as out:
            while not over.wait(0.2):
                out.send_bytes(place[1] + "verdicts", b"v", b"no verdict", [])
                out.send(VERDICTS, "v-1", verdict(video_id="v-1"), id="x")
                begun.set()

    thread = threading.Thread(target=keep_publishing)
    thread.start()
    assert begun.wait(20)
    done = typed(place, "watch", "--seconds", "1.5", "--json")
    over.set()
    thread.join()

    assert {json.loads(line)["video_id"] for line in done.stdout.splitlines()} == {"v-1"}
    assert "expected a Verdict" in done.stderr

"""A file or an address becomes an upload; a batch waits for its own verdicts alone."""

import time
from pathlib import Path

import pytest

from tests.workers.wire import batch, on, upload
from topics import codec
from topics.errors import UsageError
from topics.uploads import Upload
from topics.verdicts import Verdict
from workers.submit import address, upload_of


def test_an_address_stays_as_it_is() -> None:
    assert address("https://m.example/v.mp4?s=1") == "https://m.example/v.mp4?s=1"
    assert address("s3://bucket/v.mp4") == "s3://bucket/v.mp4"


def test_a_file_becomes_an_absolute_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my clip.mp4").touch()
    monkeypatch.chdir(tmp_path)

    assert address("my clip.mp4") == f"{tmp_path.as_uri()}/my%20clip.mp4"


@pytest.mark.parametrize("given", ["nowhere.mp4", "", "/", "file:clip.mp4"])
def test_what_is_neither_is_refused_with_what_to_do(given: str) -> None:
    with pytest.raises(UsageError, match="is no file here and no URL; give the path of a file"):
        address(given)


def test_a_video_is_named_after_its_file(tmp_path: Path) -> None:
    (tmp_path / "my clip?.mp4").touch()

    made = upload_of(str(tmp_path / "my clip?.mp4"), video_id=None, uploader_id="u-1")

    assert made.video_id == "my clip?.mp4"


def test_a_video_is_named_after_the_end_of_its_address_without_the_query() -> None:
    named = upload_of("https://m.example/a/v.mp4?s=1/2", video_id=None, uploader_id="u-1")

    assert named.video_id == "v.mp4"
    assert upload_of("https://m.example/v", video_id="v-9", uploader_id="u").video_id == "v-9"


def test_a_name_that_is_too_long_is_cut_to_what_a_record_may_hold() -> None:
    made = upload_of("https://m.example/" + "x" * 500, video_id=None, uploader_id="u-1")

    assert codec.decode(Upload, codec.encode(made)).video_id == "x" * 256


def test_a_batch_waits_for_its_own_verdicts_and_hands_over_each_once() -> None:
    wire, sending = batch()
    seen: list[Verdict] = []
    sending.send(upload("a"))
    sending.send(upload("b"))
    wire.arriving = [
        on("a", 7),  # another record of the same video
        b"no json",
        None,
        on("a", 0),
        on("a", 0, action="allow"),  # a duplicate, whatever it says
        on("b", 1),
    ]

    assert sending.wait(5.0, seen.append) == []
    assert [(v.video_id, v.action) for v in seen] == [("a", "remove"), ("b", "remove")]


def test_what_has_no_verdict_in_time_is_returned() -> None:
    wire, sending = batch()
    sending.send(upload("a"))
    sending.send(upload("b"))
    wire.arriving = [on("b", 1)]
    began = time.monotonic()

    assert [u.video_id for u in sending.wait(0.1, lambda _: None)] == ["a"]
    assert time.monotonic() - began < 2

"""The bytes of an upload are hashed, bounded, read-only and without a name."""

import hashlib
import os
import resource
from pathlib import Path

import pytest

from topics.errors import EmptySource, NoSpace, TooLarge
from workers.media.source import Intake, Source


def taken(data: bytes) -> Source:
    intake = Intake(1000)
    intake.write(data)
    return intake.finish()


def test_the_hash_is_that_of_all_pieces() -> None:
    intake = Intake(1000)
    intake.write(b"one ")
    intake.write(b"two")
    source = intake.finish()
    assert source.sha256 == hashlib.sha256(b"one two").hexdigest()
    assert source.size_bytes == 7


def test_the_limit_itself_is_allowed_and_one_more_byte_is_not() -> None:
    intake = Intake(4)
    intake.write(b"four")
    with pytest.raises(TooLarge):
        intake.write(b"!")


def test_nothing_is_no_upload() -> None:
    with pytest.raises(EmptySource):
        Intake(4).finish()


def test_readers_do_not_share_an_offset() -> None:
    source = taken(b"bytes")
    with source.reopen() as first, source.reopen() as second:
        assert (first.read(), second.read()) == (b"bytes", b"bytes")


def test_nobody_can_write_to_a_source() -> None:
    with taken(b"bytes").reopen() as file, pytest.raises(OSError, match="Bad file descriptor"):
        os.write(file.fileno(), b"other")


def test_the_bytes_have_no_name(tmp_path: Path) -> None:
    intake = Intake(1000, tmp_path)
    intake.write(b"bytes")
    source = intake.finish()
    assert list(tmp_path.iterdir()) == []
    source.close()


def test_a_disk_without_room_is_worth_another_try(tmp_path: Path) -> None:
    intake = Intake(1 << 20, tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # no file grows beyond it
    try:
        with pytest.raises(NoSpace, match="File too large"):
            intake.write(bytes(2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_folder_that_is_away_is_worth_another_try() -> None:
    with pytest.raises(NoSpace, match="No such file or directory"):
        Intake(4, Path("/nowhere"))

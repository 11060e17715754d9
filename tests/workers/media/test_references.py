"""QuickTime tracks may lie in other files: such a file is told from one that holds all it shows."""

from pathlib import Path

import pytest

from tests.workers.media import boxes, clips
from workers.media import references
from workers.media.bounds import LiesElsewhere, Oversized
from workers.media.film import open_film
from workers.media.references import refers_elsewhere

HERE, THERE = b"\0\0\0\1", b"\0\0\0\0"


def with_entry(folder: Path, entry: bytes) -> Path:
    """An MP4 whose picture has this data reference."""
    path = clips.video(folder / "v.mp4", sound_seconds=1.0)
    path.write_bytes(boxes.replaced(path.read_bytes(), b"url ", entry))
    return path


def asked(path: Path) -> bool:
    with open(path, "rb") as file:
        return refers_elsewhere(file.fileno())


@pytest.mark.parametrize("name", ["v.mp4", "v.mov", "v.mkv", "v.ts"])
def test_a_common_file_holds_all_it_shows(tmp_path: Path, name: str) -> None:
    assert not asked(clips.video(tmp_path / name, sound_seconds=1.0))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (b"url ", THERE + b"file:///etc/passwd\0"),
        (b"url ", THERE + b"http://127.0.0.1/v.mp4\0"),
        (b"urn ", THERE + b"urn:x\0http://127.0.0.1/\0"),
        (b"alis", THERE + bytes(10) + b"\1" + bytes(50) + b"passwd"),  # a Macintosh alias
        (b"rsrc", THERE + b"other file"),
    ],
)
def test_a_track_in_another_file_is_seen(tmp_path: Path, name: bytes, content: bytes) -> None:
    path = with_entry(tmp_path, boxes.box(name, content))
    assert asked(path)
    with open(path, "rb") as file, pytest.raises(LiesElsewhere):
        open_film(file.fileno())


@pytest.mark.parametrize("content", [HERE, HERE + b"file:///x\0", THERE, THERE + b"\0"])
def test_an_entry_that_says_here_or_names_nothing_is_here(tmp_path: Path, content: bytes) -> None:
    assert not asked(with_entry(tmp_path, boxes.box(b"url ", content)))


@pytest.mark.parametrize("data", [b"", b"\0", bytes(100), b"\xff" * 100, b"\0\0\0\1moov\0\0"])
def test_bytes_that_are_no_boxes_refer_to_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "v").write_bytes(data)
    assert not asked(tmp_path / "v")


def test_endless_boxes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "_BOXES_MAX", 50)
    (tmp_path / "v").write_bytes(boxes.box(b"free", b"") * 51)
    with pytest.raises(Oversized):
        asked(tmp_path / "v")

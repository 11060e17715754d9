"""Times are the player's: from the earliest picture or sound, also where a file has few of them."""

from pathlib import Path

import av
import pytest

from tests.workers.media import clips
from workers.media.bounds import TooManyPackets
from workers.media.container import open_container, picture, sound
from workers.media.index import Index, read_index


def indexed(path: Path) -> Index:
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        return read_index(container, picture(container), sound(container))


def times(path: Path) -> list[float]:
    index = indexed(path)
    assert index.picture is not None
    return list(index.seconds(index.picture.times))


@pytest.mark.parametrize(
    ("name", "codec"), [("v.mp4", "libx264"), ("v.mkv", "libx264"), ("v.avi", "mpeg4")]
)
def test_every_frame_has_its_time(tmp_path: Path, name: str, codec: str) -> None:
    path = clips.video(tmp_path / name, codec=codec)
    assert times(path) == pytest.approx(clips.AT_24_FPS, abs=0.001)


def test_sound_that_starts_first_starts_the_timeline(tmp_path: Path) -> None:
    late = [3 + when for when in clips.AT_24_FPS]
    path = clips.video(tmp_path / "v.mkv", late, sound_seconds=5.0)
    assert times(path) == pytest.approx(late, abs=0.002)


def test_a_timeline_without_sound_starts_with_the_picture(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mkv", [3 + when for when in clips.AT_24_FPS])
    assert times(path) == pytest.approx(clips.AT_24_FPS, abs=0.002)


def test_endless_packets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.media.index.PACKETS_MAX", 10)
    with pytest.raises(TooManyPackets):
        indexed(clips.video(tmp_path / "v.mp4"))


@pytest.mark.parametrize("text", ["ffconcat version 1.0\nfile v.mp4\n", "#EXTM3U\nv.mp4\n"])
def test_lists_of_files_are_no_container(tmp_path: Path, text: str) -> None:
    clips.video(tmp_path / "v.mp4")
    (tmp_path / "list").write_text(text)
    with pytest.raises(av.FFmpegError):
        indexed(tmp_path / "list")

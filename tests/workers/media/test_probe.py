"""A file is described without decoding it."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.workers.media import clips, second_opinion
from workers.media.answers import Probe
from workers.media.film import TooManyPixels, open_film


def probed(path: Path) -> Probe:
    with open(path, "rb") as file:
        return open_film(file.fileno()).probe


def test_a_silent_video(tmp_path: Path) -> None:
    probe = probed(clips.video(tmp_path / "v.mp4"))
    assert (probe.container, probe.codecs) == ("mov,mp4,m4a,3gp,3g2,mj2", ["h264"])
    assert (probe.width, probe.height, round(probe.duration_seconds, 2)) == (64, 48, 1.0)
    assert (probe.has_picture, probe.audio_seconds, probe.truncated) == (True, 0.0, False)


@pytest.mark.parametrize("name", ["song.mp3", "song.mp4"])
def test_the_cover_of_a_song_is_a_still_at_its_start(tmp_path: Path, name: str) -> None:
    with open(clips.sound(tmp_path / name, 2.0, cover=True), "rb") as file:
        film = open_film(file.fileno())
    assert (film.probe.has_picture, film.probe.width, film.probe.height) == (True, 64, 48)
    assert film.times.tolist() == [0.0]
    assert film.probe.duration_seconds == pytest.approx(2.0, abs=0.1)
    assert not film.probe.truncated


def test_a_song_without_a_cover_has_no_picture(tmp_path: Path) -> None:
    probe = probed(clips.sound(tmp_path / "song.mp3", 2.0))
    assert (probe.has_picture, probe.width, probe.height) == (False, 0, 0)


def test_wide_pixels_count_as_displayed(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "v.mp4"), "w") as container:
        stream = clips.picture_stream(container, "libx264", clips.grey(0))
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)
        frame = av.VideoFrame.from_ndarray(clips.grey(0), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    probe = probed(tmp_path / "v.mp4")
    assert (probe.width, probe.height) == (128, 48)


@pytest.mark.parametrize("share", [30, 60, 90])
def test_a_file_that_holds_less_than_it_promises_is_truncated(tmp_path: Path, share: int) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (24, 48, 64, 3), dtype=np.uint8)
    times = [i / 2 for i in range(24)]
    whole = clips.video(tmp_path / "v.mkv", times, pictures=list(noise)).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) * share // 100])
    assert probed(tmp_path / "cut.mkv").truncated


@pytest.mark.parametrize("name", ["v.mp4", "v.mkv", "v.ts", "v.avi"])
def test_a_whole_file_is_not(tmp_path: Path, name: str) -> None:
    codec = "mpeg4" if name == "v.avi" else "libx264"
    assert not probed(clips.video(tmp_path / name, codec=codec)).truncated


@pytest.mark.parametrize("name", ["v.mp4", "v.webm", "v.mkv", "v.ts", "v.flv", "v.avi", "v.mpg"])
def test_a_sound_that_outlasts_its_picture_is_no_damage(tmp_path: Path, name: str) -> None:
    codec = {"v.webm": "libvpx-vp9", "v.avi": "mpeg4", "v.mpg": "mpeg2video"}.get(name, "libx264")
    sound = {"v.webm": "libopus", "v.mpg": "mp2"}.get(name, "aac")
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:duration=6")
    pictures = [clips.grey(number) for number in range(24)]
    options = (*tone, "-c:v", codec, "-pix_fmt", "yuv420p", "-c:a", sound)
    probe = probed(second_opinion.encode(tmp_path / name, pictures, *options))
    assert probe.duration_seconds == pytest.approx(6.0, abs=0.1)
    assert not probe.truncated


def test_a_title_in_another_encoding_does_no_harm(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mp4")
    path.write_bytes(path.read_bytes().replace(b"VideoHandler", b"Vid\xe9oHandler"))
    assert probed(path).has_picture


def test_a_container_without_a_known_stream_has_nothing(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mkv")
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_NOBODY/KNOWS_"))
    assert not probed(path).has_picture


def test_frames_beyond_8k_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.media.film.PIXELS_MAX", 64 * 48 - 1)
    with pytest.raises(TooManyPixels):
        probed(clips.video(tmp_path / "v.mp4"))

"""Every sample is where a player plays it: beside its picture, whatever codec and container."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.workers.media import beeps, clips
from tests.workers.media.beeps import TIMES
from workers.media.film import Film, open_film
from workers.media.sound import SAMPLE_RATE, Listener
from workers.media.sound_reader import SoundReader

CASES = (  # file, codec of the sound, channels, codec of the pictures
    ("v.mp4", "aac", "stereo", "libx264"),
    ("surround.mp4", "aac", "5.1", "libx264"),
    ("v.mov", "pcm_s16le", "mono", "libx264"),
    ("layer3.mp4", "libmp3lame", "stereo", "libx264"),
    ("opus.mkv", "libopus", "stereo", "libx264"),
    ("v.webm", "libopus", "mono", "libvpx-vp9"),
    ("layer3.mkv", "libmp3lame", "mono", "libx264"),
    ("v.ts", "aac", "stereo", "libx264"),
    ("layer2.ts", "mp2", "stereo", "libx264"),
    ("v.flv", "aac", "stereo", "libx264"),
)
ALONE = (  # without a picture
    ("a.m4a", "aac"),
    ("a.mp3", "libmp3lame"),
    ("a.ogg", "libopus"),
    ("a.wav", "pcm_s16le"),
    ("a.flac", "flac"),
)


@contextmanager
def opened(path: Path) -> Iterator[Film]:
    source = os.open(path, os.O_RDONLY)
    try:
        yield open_film(source)
    finally:
        os.close(source)


def ffmpeg(*arguments: str | Path) -> Path:
    """Run Debian's ffmpeg; the last argument is the file that it makes."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)
    return Path(arguments[-1])


def check_together(path: Path, times: int = 1) -> None:
    with opened(path) as film:
        lit = beeps.flashes(film)
        heard = beeps.beeps(film, lit)
    assert len(lit) == times * len(TIMES)
    assert heard == pytest.approx(lit, abs=0.005)


@pytest.mark.parametrize(("name", "codec", "layout", "pictures"), CASES)
def test_a_flash_and_its_beep_come_together(
    tmp_path: Path, name: str, codec: str, layout: str, pictures: str
) -> None:
    path = beeps.video(tmp_path / name, codec, layout=layout, pictures=pictures)
    check_together(path)


@pytest.mark.parametrize(("name", "codec"), [("v.ts", "aac"), ("layer2.ts", "mp2")])
def test_also_where_the_clock_starts_anew(tmp_path: Path, name: str, codec: str) -> None:
    made = beeps.video(tmp_path / name, codec).read_bytes()
    (tmp_path / "twice.ts").write_bytes(made + made)
    check_together(tmp_path / "twice.ts", times=2)
    with opened(tmp_path / "twice.ts") as film:
        lit = beeps.flashes(film)
        assert beeps.beeps(film, lit[::-1]) == pytest.approx(lit[::-1], abs=0.005)


def test_vorbis_too(tmp_path: Path) -> None:
    made = beeps.video(tmp_path / "v.mp4", "pcm_s16le", pictures="libx264")
    check_together(ffmpeg("-i", made, "-c:v", "copy", "-c:a", "libvorbis", tmp_path / "v.mkv"))


def test_also_where_the_start_was_cut_off(tmp_path: Path) -> None:
    made = beeps.video(tmp_path / "v.mp4", "aac")
    cut = ffmpeg("-ss", "0.28", "-i", made, "-c", "copy", tmp_path / "cut.mp4")
    check_together(cut)


def test_also_where_the_clock_starts_at_an_hour(tmp_path: Path) -> None:
    made = beeps.video(tmp_path / "v.mp4", "aac")
    late = ("-c", "copy", "-output_ts_offset", "3600", tmp_path / "late.ts")
    check_together(ffmpeg("-i", made, *late))


@pytest.mark.parametrize(("name", "codec"), ALONE)
def test_sound_alone_is_at_its_time(tmp_path: Path, name: str, codec: str) -> None:
    with opened(beeps.video(tmp_path / name, codec, pictures=None)) as film:
        assert beeps.beeps(film, TIMES) == pytest.approx(list(TIMES), abs=0.001)


def test_a_late_sound_is_late_and_silent_before(tmp_path: Path) -> None:
    path = beeps.video(tmp_path / "v.mkv", "libopus", sound_late_seconds=1.5)
    out = np.zeros(2 * SAMPLE_RATE, np.int16)
    with opened(path) as film:
        heard = Listener(film.source, film.index).listen([0.0], [out])
        beeped = beeps.beeps(film, [time + 1.5 for time in TIMES])
    assert beeped == pytest.approx([time + 1.5 for time in TIMES], abs=0.002)
    assert heard[0] == pytest.approx(0.5 * SAMPLE_RATE, abs=40)
    assert not out[: SAMPLE_RATE * 14 // 10].any()


def test_a_gap_is_silence_and_what_follows_is_on_time(tmp_path: Path) -> None:
    made = beeps.video(tmp_path / "v.mkv", "pcm_s16le", pictures=None)
    gap = ("-bsf:a", "noise=drop=between(pts\\,4000\\,5000)", "-c", "copy", tmp_path / "gap.mkv")
    out = np.zeros(8 * SAMPLE_RATE, np.int16)
    with opened(ffmpeg("-i", made, *gap)) as film:
        heard = Listener(film.source, film.index).listen([0.0], [out])
        assert beeps.beeps(film, TIMES) == pytest.approx(list(TIMES), abs=0.002)
    assert heard[0] == pytest.approx(7 * SAMPLE_RATE, abs=1000)
    assert beeps.onset(out[7 * SAMPLE_RATE :], 7.0) == pytest.approx(7.8, abs=0.002)


def test_stretches_may_come_in_any_order_and_overlap(tmp_path: Path) -> None:
    starts = [7.5, 0.3, 3.0, 3.1]
    with opened(beeps.video(tmp_path / "v.mp4", "aac")) as film:
        out = [np.zeros(SAMPLE_RATE, np.int16) for _ in starts]
        heard = Listener(film.source, film.index).listen(starts, out)
    assert heard == [SAMPLE_RATE] * 4
    onsets = [beeps.onset(*one) for one in zip(out, starts, strict=True)]
    assert onsets == pytest.approx([7.8, 0.52, 3.2, 3.2], abs=2 / SAMPLE_RATE)


def test_outside_of_the_sound_is_silence(tmp_path: Path) -> None:
    with opened(beeps.video(tmp_path / "a.mp3", "libmp3lame", pictures=None)) as film:
        out = [np.zeros(SAMPLE_RATE, np.int16) for _ in range(2)]
        assert Listener(film.source, film.index).listen([-2.0, 60.0], out) == [0, 0]


def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    with opened(clips.video(tmp_path / "v.mp4")) as film:
        out = [np.zeros(SAMPLE_RATE, np.int16)]
        assert Listener(film.source, film.index).listen([0.0], out) == [0]


def test_damaged_sound_is_counted_and_the_rest_is_on_time(tmp_path: Path) -> None:
    made = beeps.video(tmp_path / "v.mp4", "aac", pictures=None)
    noisy = ("-bsf:a", "noise=amount=between(n\\,200\\,210)", "-c", "copy", tmp_path / "noisy.mp4")
    with opened(ffmpeg("-i", made, *noisy)) as film:
        listener, out = Listener(film.source, film.index), [np.zeros(9 * SAMPLE_RATE, np.int16)]
        listener.listen([0.0], out)
    assert listener.errors > 0
    assert beeps.onset(out[0][7 * SAMPLE_RATE :], 7.0) == pytest.approx(7.8, abs=0.005)


def test_sixteen_channels_are_heard_too(tmp_path: Path) -> None:
    made = beeps.video(tmp_path / "a.wav", "pcm_s16le", pictures=None)
    many = ("-filter_complex", "[0:a]" * 16 + "amerge=inputs=16", "-c:a", "pcm_s16le")
    with opened(ffmpeg("-i", made, *many, tmp_path / "many.wav")) as film:
        assert beeps.beeps(film, TIMES) == pytest.approx(list(TIMES), abs=0.001)


def test_surround_keeps_the_voice_in_the_middle(tmp_path: Path) -> None:
    with opened(beeps.video(tmp_path / "v.mp4", "aac", layout="5.1")) as film:
        out = [np.zeros(SAMPLE_RATE, np.int16)]
        Listener(film.source, film.index).listen([3.0], out)
    assert 8000 < np.abs(out[0].astype(int)).max() <= 32767


def test_a_container_that_seeks_too_far_is_read_from_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seek = SoundReader._sought

    def too_far(reader: SoundReader, first: int) -> None:
        seek(reader, first + 5 * beeps.RATE)

    monkeypatch.setattr(SoundReader, "_sought", too_far)
    with opened(beeps.video(tmp_path / "v.mp4", "aac")) as film:
        assert beeps.beeps(film, TIMES) == pytest.approx(list(TIMES), abs=0.001)

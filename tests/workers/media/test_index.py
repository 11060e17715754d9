"""Times are the player's: from the earliest picture or sound, also where a file has few of them.

Golden times are those of Debian's ffprobe, another version of FFmpeg, minus the file's start.
"""

from pathlib import Path

import pytest

from tests.workers.media import boxes, clips, second_opinion
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


GREYS = [clips.grey(number) for number in range(24)]
X264 = ("-c:v", "libx264", "-bf", "2", "-g", "12")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")


def golden(path: Path) -> list[float]:
    """The frames of ffprobe, from where picture or sound start."""
    start = second_opinion.start_seconds(path)
    return [time - start for time in sorted(second_opinion.frame_times(path))]


@pytest.mark.parametrize(
    "name",
    [  # without demo.webm: Debian's FFmpeg counts Opus's priming as heard
        *("demo.3gp", "demo.asf", "demo.avi", "demo.f4v", "demo.flv", "demo.gif", "demo.m4v"),
        *("demo.mkv", "demo.mov", "demo.mp4", "demo.rm", "demo.wmv"),
        *("bikes.mp4", "carphone_pristine.mp4", "carphone_distorted.mp4"),
    ],
)
def test_real_files_have_the_times_of_ffprobe(name: str) -> None:
    path = clips.real(name)
    assert times(path) == pytest.approx(golden(path), abs=0.0015)


@pytest.mark.parametrize("name", ["demo.mpg", "demo.vob"])
def test_mpeg_has_the_times_of_ffprobe(name: str) -> None:
    path = clips.real(name)  # to whose last frame ffprobe gives no time
    assert times(path)[:-1] == pytest.approx(golden(path), abs=0.001)


MADE = {  # name: how
    "b.mp4": (*TONE, *X264, "-c:a", "aac"),
    "b.mkv": (*TONE, *X264, "-c:a", "aac"),
    "b.ts": (*TONE, *X264, "-c:a", "aac"),
    "wrap.ts": (*TONE, *X264, "-c:a", "aac", "-output_ts_offset", "95442.2"),  # 33 bits end
    "late.ts": (*TONE, *X264, "-c:a", "aac", "-output_ts_offset", "3000"),
    "b.flv": (*TONE, *X264, "-c:a", "aac"),
    "fragments.mp4": (*X264, "-movflags", "frag_keyframe+empty_moov"),  # no edit list: PTS from 2
    "negative.mp4": (*X264, "-movflags", "negative_cts_offsets"),
}


@pytest.mark.parametrize("name", MADE)
def test_made_files_have_the_times_of_ffprobe(tmp_path: Path, name: str) -> None:
    path = second_opinion.encode(tmp_path / name, GREYS, *MADE[name])
    assert len(times(path)) == 24
    assert times(path) == pytest.approx(golden(path), abs=0.0015)


REMUXED = {  # name: how, from a file with picture and sound
    "start_cut.mp4": ("-ss", "0.5", "-i", "{}"),  # an edit list that starts inside a group
    "sound_later.mp4": "-i {} -itsoffset 0.3 -i {} -map 0:v -map 1:a".split(),  # an empty edit
    "picture_later.mp4": "-itsoffset 0.3 -i {} -i {} -map 0:v -map 1:a".split(),
    "picture_later.mkv": "-itsoffset 0.3 -i {} -i {} -map 0:v -map 1:a".split(),
    "sound_earlier.ts": "-itsoffset -0.3 -i {} -i {} -map 1:v -map 0:a".split(),
}


@pytest.mark.parametrize("name", REMUXED)
def test_remuxed_files_have_the_times_of_ffprobe(tmp_path: Path, name: str) -> None:
    options = (*TONE, *X264, "-c:a", "aac")
    whole = str(second_opinion.encode(tmp_path / "whole.mp4", GREYS, *options))
    path = second_opinion.remux(tmp_path / name, *[one.format(whole) for one in REMUXED[name]])
    assert len(times(path)) >= 11
    assert times(path) == pytest.approx(golden(path), abs=0.0015)


EDITS = {  # in ms of the film and 1/12288 s of the track, which is 1 s: its shown frames
    "a cut start": ([(500, 6144)], range(12, 24)),
    "a cut end": ([(500, 0)], range(12)),
    "the middle": ([(250, 6144)], range(12, 18)),
    "a delay": ([(500, -1), (1000, 0)], range(24)),
    "two parts": ([(250, 0), (250, 9216)], [*range(6), *range(18, 24)]),
    # FFmpeg takes no gap after the start: it shows all, so more is judged than is seen
    "a gap": ([(250, 0), (500, -1), (250, 9216)], range(24)),
}


@pytest.mark.parametrize("name", EDITS)
def test_edit_lists_have_the_times_of_ffprobe(tmp_path: Path, name: str) -> None:
    edits, frames = EDITS[name]
    path = clips.video(tmp_path / "v.mp4", codec="mpeg4")
    path.write_bytes(boxes.replaced(path.read_bytes(), b"edts", boxes.edits(*edits)))
    assert len(times(path)) == len(frames)
    assert times(path) == pytest.approx(golden(path), abs=0.0015)


def test_a_picture_that_starts_late_is_one(tmp_path: Path) -> None:
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:duration=30")
    taken = ("-itsoffset", "20", "-i", str(clips.video(tmp_path / "v.mp4")), "-map", "2:v")
    options = (*tone, *taken, "-map", "1:a", "-c:v", "libx264", "-c:a", "aac")
    path = second_opinion.encode(tmp_path / "late.ts", GREYS[:1], *options)
    assert times(path) == pytest.approx([20 + when for when in clips.AT_24_FPS], abs=0.1)

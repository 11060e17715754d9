"""A film goes to another decoder if that one would show the same, else its frames come at once."""

import os
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from tests.workers.media import clips
from workers.media.answers import Sample
from workers.media.film import open_film
from workers.media.prepare import prepare
from workers.media.prepared import Prepare, Prepared, Shape

SAMPLE = Sample(side=32, step_seconds=0.25, frames_max=24)
CODECS = ["h264", "hevc", "vp9", "mjpeg"]
LARGE = [clips.grey(number, 192, 144) for number in range(24)]
Make = Callable[[Path], Path]


def prepared(path: Path, bytes_max: int = 1 << 20) -> Prepared:
    request = Prepare(sample=SAMPLE, decoder="other 1.0", codecs=CODECS, bytes_max=bytes_max)
    source, buffer = os.open(path, os.O_RDONLY), memoryview(bytearray(1 << 20))
    try:
        answer = prepare(open_film(source), request, buffer, "pyav 18.1.0")
    finally:
        os.close(source)
    assert isinstance(answer, Prepared)
    return answer


def decoder(answer: Prepared) -> str:
    """Who decoded, and why not the other one."""
    assert answer.sampled is not None and answer.clean is None
    return answer.sampled.decoder


def test_the_new_file_comes_with_the_frames_to_take_of_it(tmp_path: Path) -> None:
    clean = prepared(clips.video(tmp_path / "v.mp4", pictures=LARGE)).clean

    assert clean is not None and clean.size_bytes > 0
    assert clean.numbers == [0, 6, 12, 18]
    assert clean.times == pytest.approx([0, 0.25, 0.5, 0.75])
    assert (clean.steps, clean.cuts) == ([0, 1, 2, 3], [])


def test_frames_that_can_be_recognised_are_watched(tmp_path: Path) -> None:
    noise = [np.random.default_rng(n).integers(0, 9, (9, 12, 3)) * 30 for n in range(24)]
    pictures = [picture.repeat(16, 0).repeat(16, 1).astype(np.uint8) for picture in noise]

    clean = prepared(clips.video(tmp_path / "v.mp4", pictures=pictures)).clean
    plain = prepared(clips.video(tmp_path / "p.mp4", pictures=LARGE)).clean

    assert clean is not None and [watched.place for watched in clean.watched] == [0, 2, 3]
    assert plain is not None and plain.watched == []


def test_a_turned_film_comes_with_its_turn(tmp_path: Path) -> None:
    clean = prepared(clips.video(tmp_path / "v.mp4", pictures=LARGE, rotation=90)).clean

    assert clean is not None
    assert clean.shape == Shape(matrix=5, width=144, height=192, quarters=1, mirrored=False)


def coded(path: Path, codec: str = "libx264", pixels: str = "yuv420p", **fields: int) -> Path:
    """A film of frames with these properties, as bt2020 with PQ."""
    with av.open(str(path), "w") as container:
        stream = clips.picture_stream(container, codec, LARGE[0])
        stream.pix_fmt = pixels
        if "color_trc" in fields:
            stream.codec_context.color_trc = fields["color_trc"]
        if "color_range" in fields:
            stream.codec_context.color_range = fields["color_range"]
        for number, picture in enumerate(LARGE):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixels)
            frame.pts = round(number / 24 / clips.UNIT)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


OTHERS: list[tuple[str, Make]] = [
    ("size", lambda folder: clips.video(folder / "small.mp4")),
    ("codec", lambda folder: clips.video(folder / "v.mp4", codec="mpeg4", pictures=LARGE)),
    ("pixels", lambda folder: coded(folder / "ten.mp4", pixels="yuv420p10le")),
    ("pixels", lambda folder: coded(folder / "dense.mp4", pixels="yuv444p")),
    ("HDR", lambda folder: coded(folder / "hdr.mp4", color_trc=16)),
    ("range", lambda folder: coded(folder / "full.mp4", color_range=2)),
    ("still", lambda folder: clips.sound(folder / "song.mp3", 1.0, cover=True)),
    ("no picture", lambda folder: clips.sound(folder / "song.m4a", 1.0)),
]


@pytest.mark.parametrize(("why", "make"), OTHERS)
def test_what_the_other_would_show_differently_is_decoded_at_once(
    tmp_path: Path, why: str, make: Make
) -> None:
    assert decoder(prepared(make(tmp_path))) == f"pyav 18.1.0; no other: {why}"


def test_odd_sides_are_decoded_at_once(tmp_path: Path) -> None:
    odd = [np.zeros((145, 193, 3), np.uint8)] * 24
    path = clips.video(tmp_path / "v.webm", codec="libvpx-vp9", pictures=odd)

    assert decoder(prepared(path)) == "pyav 18.1.0; no other: size"


def test_a_file_that_is_too_large_to_be_written_anew_is_decoded_at_once(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mp4", pictures=LARGE)

    assert decoder(prepared(path, bytes_max=500)) == "pyav 18.1.0; no other: not rewritten"

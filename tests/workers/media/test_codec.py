"""Who decodes, and within what bounds."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.workers.media import clips, specials
from tests.workers.media.by_both import scenes
from workers.media.clip import Media
from workers.media.codec import THREADS_MAX, decoder_of
from workers.media.container import open_container, picture
from workers.media.film import open_film
from workers.media.limits import DecodeLimits


def decoder(path: Path) -> av.VideoCodecContext:
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        stream = picture(container)
        assert stream is not None
        return decoder_of(stream)


@pytest.mark.parametrize(
    ("encoder", "pixels", "expected"),
    [
        ("libvpx", "yuva420p", "libvpx"),
        ("libvpx", "yuv420p", "vp8"),
        ("libvpx-vp9", "yuva420p", "libvpx-vp9"),
        ("libvpx-vp9", "yuv420p", "vp9"),
    ],
)
def test_the_alpha_of_webm_needs_its_own_decoder(
    tmp_path: Path, encoder: str, pixels: str, expected: str
) -> None:
    assert decoder(specials.transparent(tmp_path / "v.webm", encoder, pixels)).name == expected


@pytest.mark.parametrize(
    ("name", "codec", "expected"),
    [
        ("v.mp4", "libx264", "h264"),
        ("v.mkv", "libx265", "hevc"),
        ("v.mp4", "libsvtav1", "libdav1d"),
        ("v.avi", "mjpeg", "mjpeg"),
    ],
)
def test_software_decodes(tmp_path: Path, name: str, codec: str, expected: str) -> None:
    codec_context = decoder(clips.video(tmp_path / name, codec=codec))
    assert codec_context.name == expected
    assert 1 <= codec_context.thread_count <= THREADS_MAX


def test_frames_that_grow_beyond_8k_are_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.media.codec.PIXELS_MAX", 64 * 48)
    parts = [(clips.grey(3, *size), "yuv420p", Fraction(1)) for size in ((64, 48), (128, 96))]
    path = specials.joined(tmp_path / "v.ts", parts, "libx264")
    with open(path, "rb") as file:
        film, widths = open_film(file.fileno()), set[int]()
        places = np.arange(film.times.size)
        _, errors = film.decode(places, lambda _, frame, painter: widths.add(frame.width))
    assert (film.times.size, widths) == (16, {64})
    assert errors > 0


def test_what_the_codec_crops_is_not_shown(tmp_path: Path) -> None:
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[16:48, 32:80] = 255
    with av.open(str(tmp_path / "v.mp4"), "w") as container:
        stream = clips.picture_stream(container, "libx264", pixels)
        stream.options = {"x264-params": "crop-rect=32,16,16,16"}
        container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    shown = list[clips.Pixels]()
    with open(tmp_path / "v.mp4", "rb") as file:
        film = open_film(file.fileno())
        film.decode(np.array([0]), lambda _, frame, painter: shown.append(painter.small(frame, 96)))
    assert shown[0].shape == (32, 48, 3) and shown[0].min() > 230


async def test_a_damaged_vp9_film_is_judged_on_what_is_left(tmp_path: Path) -> None:
    """FFmpeg's frame threads died of this one."""
    path = clips.video(tmp_path / "v.mp4", codec="libvpx-vp9", pictures=scenes(24))
    film = bytearray(path.read_bytes())
    start = film.index(b"mdat") + 600
    film[start : start + 4000] = bytes(4000)
    path.write_bytes(film)
    media = Media(root=tmp_path, decoding=DecodeLimits(step_seconds=0.1, scene_cuts=False))
    for _ in range(3):
        async with media.clip(path.as_uri(), sha256=None, side=256, deadline_seconds=30) as clip:
            assert clip.sampled.seen
    await media.stop()

"""Odd pictures through the whole sandbox: stills, sizes that change, several streams, extremes."""

from __future__ import annotations  # PyAV's packets are generic for mypy only

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from tests.workers.media import clips, specials
from tests.workers.media.reels import squares
from topics.errors import TooLarge
from workers.media.clip import Clip, Media
from workers.media.film import TooManyPixels, check_size, open_film

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIDE = 64
Colour = tuple[int, int, int]
ORANGE, BLUE = (200, 100, 50), (40, 60, 200)
STILLS = ["a.jpg", "a.png", "a.bmp", "a.gif", "a.webp", "a.avif"]
MODES = [("L", "g.jpg"), ("L", "g.png"), ("CMYK", "c.jpg"), ("P", "p.png"), ("I;16", "deep.png")]


async def taken(media: Media, path: Path) -> tuple[Clip, clips.Pixels]:
    """The clip, and what is to be seen in it."""
    async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=30) as clip:
        shown = await squares(clip.sampled)  # twins share one
        return clip, shown[[frame.square for frame in clip.sampled.seen]]


def times(clip: Clip) -> list[float]:
    return [round(frame.pts_seconds, 2) for frame in clip.sampled.seen]


def bars(frame: clips.Pixels) -> tuple[int, int]:
    """Width and height of what is not black."""
    bright = frame.max(axis=2) > 30
    return int(bright.any(axis=0).sum()), int(bright.any(axis=1).sum())


def flat(colour: Colour, width: int = 64, height: int = 48) -> clips.Pixels:
    return np.full((height, width, 3), colour, np.uint8)


def is_near(pixel: clips.Pixels, colour: Colour) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= 8)


@pytest.mark.parametrize("name", STILLS)
async def test_a_still_is_a_video_of_one_frame(media: Media, tmp_path: Path, name: str) -> None:
    Image.fromarray(flat(ORANGE, 65, 49)).save(tmp_path / name, quality=95)
    clip, frames = await taken(media, tmp_path / name)
    assert (clip.has_picture, clip.frames_expected, times(clip)) == (True, 1, [0.0])
    assert (clip.content.width, clip.content.height) == (65, 49)
    assert is_near(frames[0, 32, 32], ORANGE)


@pytest.mark.parametrize(("mode", "name"), MODES)
async def test_stills_of_every_mode(media: Media, tmp_path: Path, mode: str, name: str) -> None:
    grey = Image.new("I;16", (64, 48), 128 * 257) if mode == "I;16" else None
    colour = Image.new("RGB", (64, 48), (128, 128, 128))
    image = grey or colour.convert(mode, palette=Image.Palette.ADAPTIVE)
    image.save(tmp_path / name)
    _, frames = await taken(media, tmp_path / name)
    assert is_near(frames[0, 32, 32], (128, 128, 128))


@pytest.mark.parametrize("name", ["m.gif", "m.apng", "m.avif", "m.webp"])
async def test_moving_stills_keep_their_times(media: Media, tmp_path: Path, name: str) -> None:
    colours = [ORANGE, BLUE, ORANGE, BLUE]
    images = [Image.fromarray(flat(colour)) for colour in colours]
    kind = "PNG" if name == "m.apng" else None
    images[0].save(
        tmp_path / name, kind, save_all=True, append_images=images[1:], duration=1500, quality=95
    )
    clip, frames = await taken(media, tmp_path / name)
    assert times(clip) == [0.0, 1.5, 3.0, 4.5]
    assert all(is_near(f[32, 32], c) for f, c in zip(frames, colours, strict=True))


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 2), (3, 5), (1, 300), (300, 1), (8191, 3)])
@pytest.mark.parametrize("name", ["v.png", "v.gif"])
async def test_tiny_and_thin_pictures(
    media: Media, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    Image.fromarray(flat(ORANGE, *size)).save(tmp_path / name)
    clip, frames = await taken(media, tmp_path / name)
    assert (clip.content.width, clip.content.height) == size
    assert is_near(frames[0].max(axis=(0, 1)), ORANGE)


async def test_8k_is_judged(media: Media, tmp_path: Path) -> None:
    Image.new("RGB", (7680, 4320), ORANGE).save(tmp_path / "8k.jpg")
    clip, frames = await taken(media, tmp_path / "8k.jpg")
    assert bars(frames[0]) == (64, 36)
    assert is_near(frames[0, 32, 32], ORANGE)
    assert clip.media_rss_mib < 400


@pytest.mark.parametrize("name", ["big.png", "big.jpg", "big.gif"])
async def test_more_than_8k_is_not(media: Media, tmp_path: Path, name: str) -> None:
    Image.new("L", (8192, 4330)).save(tmp_path / name)
    with pytest.raises(TooLarge):
        await taken(media, tmp_path / name)


@pytest.mark.parametrize("size", [(1, 65_537), (1 << 24, 1), (6000, 6000), (0, 1 << 40)])
async def test_long_thin_pictures_are_too_large_as_well(size: tuple[int, int]) -> None:
    with pytest.raises(TooManyPixels, match="limit 35389440 pixels and 65536 a side"):
        check_size(*size)


@pytest.mark.parametrize(
    ("name", "codec", "kinds"),
    [
        ("v.ts", "libx264", ("yuv420p", "yuv444p10le")),
        ("v.h264", "libx264", ("yuv420p", "yuv422p")),
        ("v.webm", "libvpx-vp9", ("yuv420p", "yuv420p")),
        ("v.avi", "mjpeg", ("yuvj420p", "yuvj444p")),
        ("v.ts", "mpeg2video", ("yuv420p", "yuv422p")),
    ],
)
async def test_size_and_pixels_may_change_on_the_way(
    media: Media, tmp_path: Path, name: str, codec: str, kinds: tuple[str, str]
) -> None:
    square, wide = flat(ORANGE, 96, 96), flat(BLUE, 128, 64)
    parts = [(square, kinds[0], Fraction(1)), (wide, kinds[1], Fraction(1))]
    clip, frames = await taken(media, specials.joined(tmp_path / name, parts, codec))
    assert len(frames) == clip.frames_expected == 4
    assert [bars(frame) for frame in frames] == [(64, 64)] * 2 + [(64, 32)] * 2
    seen = [is_near(f[32, 32], c) for f, c in zip(frames, [ORANGE] * 2 + [BLUE] * 2, strict=True)]
    assert all(seen)


async def test_the_aspect_may_change_on_the_way(media: Media, tmp_path: Path) -> None:
    same = flat(ORANGE, 96, 96)
    parts = [(same, "yuv420p", Fraction(1)), (same, "yuv420p", Fraction(2))]
    _, frames = await taken(media, specials.joined(tmp_path / "v.ts", parts, "libx264"))
    assert [bars(frame) for frame in frames] == [(64, 64)] * 2 + [(64, 32)] * 2


@pytest.mark.parametrize(
    ("name", "defaults", "expected"),
    [
        ("v.mp4", (True, False), ORANGE),
        ("v.mkv", (False, True), BLUE),
        ("v.ts", (False, False), BLUE),  # has no default: the larger one
    ],
)
async def test_of_several_pictures_the_player_s_is_judged(
    media: Media, tmp_path: Path, name: str, defaults: tuple[bool, bool], expected: Colour
) -> None:
    pictures = [flat(ORANGE, 64, 48), flat(BLUE, 128, 96)]
    with av.open(str(tmp_path / name), "w") as container:
        streams = [clips.picture_stream(container, "libx264", pixels) for pixels in pictures]
        for stream, default in zip(streams, defaults, strict=True):
            stream.disposition = Disposition.default if default else Disposition(0)
        for stream, pixels in zip(streams, pictures, strict=True):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            container.mux(stream.encode())
    _, frames = await taken(media, tmp_path / name)
    assert is_near(frames[0, 32, 32], expected)


@pytest.mark.parametrize("special", ["pq", "hlg", "interlaced", "transparent", "photograph"])
async def test_the_jail_shows_what_is_shown_outside(
    media: Media, tmp_path: Path, special: str
) -> None:
    path = specials.make(tmp_path, special)
    clip, frames = await taken(media, path)
    assert clip.decode_errors == 0 and len(frames) >= 1
    with open(path, "rb") as file:
        outside = np.empty((1, SIDE, SIDE, 3), np.uint8)
        film = open_film(file.fileno())
        film.decode(np.array([0]), lambda _, frame, painter: painter.square(frame, outside[0]))
    assert (frames[0] == outside[0]).all()

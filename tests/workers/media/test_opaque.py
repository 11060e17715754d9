"""What is transparent stands on mid-grey, and nothing that is hidden shines through."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.workers.media import clips, specials
from workers.media.codec import decoder_of
from workers.media.container import open_container, picture
from workers.media.opaque import GREY, is_transparent, on_grey
from workers.media.picture import Painter

RED = (255, 0, 0)
MOVING = [  # name, encoder, its pixels
    ("v.webm", "libvpx", "yuva420p"),
    ("v.webm", "libvpx-vp9", "yuva420p"),
    ("v.mov", "prores_ks", "yuva444p10le"),
    ("v.mkv", "ffv1", "bgra"),
    ("v.mov", "qtrle", "argb"),
]


def painted(path: Path) -> clips.Pixels:
    out = np.zeros((64, 64, 3), np.uint8)
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        stream = picture(container)
        assert stream is not None
        codec = decoder_of(stream)
        for packet in container.demux(stream):
            for frame in codec.decode(packet if packet.size else None):
                Painter(1.0).square(frame, out)
    return out


def is_half_red(out: clips.Pixels) -> bool:
    left, right = out[32, 16].astype(int), out[32, 48].astype(int)
    return bool(np.abs(left - GREY).max() <= 6 and np.abs(right - RED).max() <= 6)


@pytest.mark.parametrize(("name", "codec", "pixels"), MOVING)
def test_transparent_video_stands_on_grey(
    tmp_path: Path, name: str, codec: str, pixels: str
) -> None:
    assert is_half_red(painted(specials.transparent(tmp_path / name, codec, pixels)))


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.gif", "moving.gif", "moving.png"])
def test_transparent_stills_and_animations_stand_on_grey(tmp_path: Path, name: str) -> None:
    image = Image.fromarray(specials.half())
    rest = [image] * 2 if "moving" in name else []
    image.save(tmp_path / name, save_all=bool(rest), append_images=rest)
    assert is_half_red(painted(tmp_path / name))


def test_a_palette_may_be_transparent(tmp_path: Path) -> None:
    flat = Image.new("P", (64, 48))
    flat.putpalette([9, 9, 9, *RED])
    flat.paste(1, (32, 0, 64, 48))
    flat.save(tmp_path / "p.png", transparency=0)
    assert is_half_red(painted(tmp_path / "p.png"))


def test_hidden_colours_do_not_leak_where_it_is_scaled() -> None:
    pixels = np.zeros((256, 256, 4), np.uint8)
    pixels[::2], pixels[1::2, :, :3] = (200, 40, 40, 255), (40, 200, 200)
    out = np.zeros((32, 32, 3), np.uint8)
    Painter(1.0).square(av.VideoFrame.from_ndarray(pixels, format="rgba"), out)
    assert out[16, 16].tolist() == pytest.approx([164, 84, 84], abs=2)  # half red, half grey


@pytest.mark.parametrize("ink", [0, 255])
def test_neither_black_nor_white_drawings_vanish(ink: int) -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[2:6, 2:6] = (ink, ink, ink, 255)
    drawn = on_grey(av.VideoFrame.from_ndarray(pixels, format="rgba")).to_ndarray()
    assert (drawn[4, 4, 0], drawn[0, 0, 0]) == (ink, GREY)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj420p", "yuv422p10le", "rgb24", "gray", "nv12"])
def test_ordinary_frames_take_no_detour(pixels: str) -> None:
    assert not is_transparent(av.VideoFrame(16, 16, pixels))

"""However a picture lies in its file, it is painted as the player shows it."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.workers.media import clips
from workers.media.container import open_container
from workers.media.picture import Painter
from workers.media.upright import Turn, nearest

COLOURS = {"R": (255, 0, 0), "G": (0, 255, 0), "B": (0, 0, 255), "W": (255, 255, 255)}


def quarters() -> clips.Pixels:
    """Red, green; blue, white."""
    pixels = np.empty((48, 64, 3), np.uint8)
    pixels[:24, :32], pixels[:24, 32:] = COLOURS["R"], COLOURS["G"]
    pixels[24:, :32], pixels[24:, 32:] = COLOURS["B"], COLOURS["W"]
    return pixels


def corners(pixels: clips.Pixels) -> str:
    """The four colours, row by row."""
    height, width = pixels.shape[:2]
    places = [(y * height // 4, x * width // 4) for y in (1, 3) for x in (1, 3)]
    return "".join(
        min(COLOURS, key=lambda name: int(np.abs(pixels[at].astype(int) - COLOURS[name]).sum()))
        for at in places
    )


def first(path: Path) -> av.VideoFrame:
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        return next(container.decode(video=0))


def seen(path: Path) -> tuple[str, tuple[int, int]]:
    painter, frame, out = Painter(1.0), first(path), np.empty((64, 64, 3), np.uint8)
    painter.square(frame, out)
    width, height = painter.displayed(frame)
    top, left = (64 - height) // 2, (64 - width) // 2
    return corners(out[top : top + height, left : left + width]), (width, height)


@pytest.mark.parametrize(
    ("degrees", "mirrored", "expected"),
    [
        (0, False, "RGBW"),
        (0, True, "GRWB"),
        (90, False, "GWRB"),
        (90, True, "WGBR"),
        (180, False, "WBGR"),
        (180, True, "BWRG"),  # upside down
        (270, False, "BRWG"),
        (270, True, "RBGW"),
        (44, False, "RGBW"),  # no quarter: the nearest
        (46, False, "GWRB"),
    ],
)
def test_turned_and_mirrored_videos_stand_upright(
    tmp_path: Path, degrees: float, mirrored: bool, expected: str
) -> None:
    path = tmp_path / "v.mp4"
    with av.open(str(path), "w") as container:
        stream = clips.picture_stream(container, "libx264", quarters())
        stream.set_display_rotation(degrees, hflip=mirrored)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(quarters(), format="rgb24")))
        container.mux(stream.encode())
    lies = degrees in (46, 90, 270)
    assert seen(path) == (expected, (48, 64) if lies else (64, 48))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.webp"])
def test_photographs_stand_as_their_camera_was_held(
    tmp_path: Path, name: str, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(quarters()).save(tmp_path / name, exif=exif, quality=95)
    expected = ImageOps.exif_transpose(Image.open(tmp_path / name))
    assert seen(tmp_path / name) == (corners(np.asarray(expected.convert("RGB"))), expected.size)


@pytest.mark.parametrize("matrix", [b"", bytes(36), bytes(4)])
def test_a_matrix_without_a_sense_turns_nothing(matrix: bytes) -> None:
    assert nearest(matrix) == Turn(0, mirrored=False)

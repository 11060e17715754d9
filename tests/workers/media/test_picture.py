"""A frame is painted as a player shows it, and as the engines were trained to see it."""

from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

from engines.safeguard.letterbox import letterbox
from tests.workers.media import clips
from tests.workers.media.clips import Pixels, grey
from tests.workers.media.test_pdq import bits, scene
from workers.media.pdq import LONGEST, distance
from workers.media.picture import Painter

CORNERS = [(16, 16), (16, 48), (48, 16), (48, 48)]  # y, x


def frame_of(pixels: Pixels) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(pixels, format="rgb24")


def painted(pixels: Pixels, side: int = 32, aspect: float = 1.0) -> Pixels:
    out = np.full((side, side, 3), 77, np.uint8)
    Painter(aspect).square(frame_of(pixels), out)
    return out


@pytest.mark.parametrize("size", [(48, 64), (64, 48), (720, 1280), (90, 10), (32, 32), (7, 5)])
def test_squares_have_the_geometry_of_the_engines(size: tuple[int, int]) -> None:
    white = np.full((*size, 3), 255, np.uint8)
    ours, theirs = painted(white), letterbox(white, 32)
    assert ((ours > 127) == (theirs > 127)).all()


def test_squares_have_the_pixels_of_the_engines() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (72, 128, 3), dtype=np.uint8)
    difference = painted(noise).astype(int) - letterbox(noise, 32)
    assert np.abs(difference).max() <= 3


def test_wide_pixels_make_a_wider_picture() -> None:
    out = painted(np.full((64, 64, 3), 255, np.uint8), aspect=2.0)
    assert (out[:, 16, 0] > 127).sum() == 16


def test_a_turned_frame_stands_upright(tmp_path: Path) -> None:
    corner = np.zeros((48, 64, 3), np.uint8)
    corner[:24, :32] = 255  # top left; turned to the left by 90 degrees: bottom left
    path = clips.video(tmp_path / "v.mp4", [0.0], pictures=[corner], rotation=90)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    out = np.zeros((64, 64, 3), np.uint8)
    Painter(1.0).square(frame, out)
    assert (frame.rotation, Painter(1.0).displayed(frame)) == (90, (48, 64))
    assert [int(out[y, x, 0]) > 127 for y, x in CORNERS] == [False, False, True, False]


def test_a_jpeg_is_no_larger_than_asked() -> None:
    jpeg = Painter(1.0).jpeg(frame_of(grey(3, 1280, 720)), 640)
    assert Image.open(BytesIO(jpeg)).size == (640, 360)


def test_a_small_frame_stays_small() -> None:
    assert Image.open(BytesIO(Painter(1.0).jpeg(frame_of(grey(3)), 640))).size == (64, 48)


def coded(picture: Pixels, pixels: str, matrix: Colorspace) -> av.VideoFrame:
    """The picture as a codec would have it."""
    frame = frame_of(np.ascontiguousarray(picture)).reformat(
        format=pixels, dst_colorspace=matrix, dst_color_range=ColorRange.MPEG, threads=1
    )
    frame.colorspace = matrix
    return frame


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv444p", "yuv420p10le", "gbrp"])
@pytest.mark.parametrize("matrix", [Colorspace.ITU601, Colorspace.ITU709])
@pytest.mark.parametrize("seed", range(3))
def test_hashes_of_video_stay_within_the_tolerance_of_pdq(
    pixels: str, matrix: Colorspace, seed: int
) -> None:
    picture = np.asarray(scene(seed))
    theirs = bits(np.asarray(scene(seed).resize((LONGEST, LONGEST))))
    luma = Painter(1.0).luma(coded(picture, pixels, matrix), LONGEST)
    assert distance(bits(luma), theirs) <= 10


def test_what_is_hashed_of_a_large_frame_is_small() -> None:
    theirs = bits(np.asarray(scene().resize((LONGEST, LONGEST))))
    for size in ((1920, 1080), (640, 360), (360, 640), (512, 288)):
        frame = coded(np.asarray(scene().resize(size)), "yuv420p", Colorspace.ITU709)
        luma = Painter(1.0).luma(frame, LONGEST)
        assert luma.shape == (LONGEST, LONGEST)
        assert distance(bits(luma), theirs) <= 10


def test_sizes_that_keep_changing_keep_no_scalers() -> None:
    painter = Painter(1.0)
    for width in range(2, 40):
        assert painter.small(frame_of(grey(3, width, 48)), 20).shape[1] <= 20
    assert len(painter._scalers) <= 5

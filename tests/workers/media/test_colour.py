"""Known colours come out of every codec as they went in, whatever matrix, range and depth."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from tests.workers.media import clips
from workers.media.container import open_container
from workers.media.picture import Painter

PATCHES = np.array(
    [
        (255, 255, 255),
        (0, 0, 0),
        (128, 128, 128),
        (200, 60, 60),
        (60, 180, 80),
        (50, 70, 210),
        (220, 200, 60),
        (240, 20, 240),
    ]
)
BT709, BT601, YCGCO, BT2020 = 1, 6, 8, 9
LUMA = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114), BT2020: (0.2627, 0.0593)}  # red, blue
LIMITED, FULL = 1, 2
TOLERANCE = 4  # of 255: 8 bits of YUV and a codec at its best
SMALL, HD = (256, 64), (1280, 720)


def coded(matrix: int, span: int, bits: int) -> NDArray[np.float64]:
    """Y, Cb, Cr of the patches, (3, 8). source: ITU-R BT.2020 table 5, which holds for all three"""
    (kr, kb), (r, g, b) = LUMA[matrix], PATCHES.T / 255
    y = kr * r + (1 - kr - kb) * g + kb * b
    chroma = np.stack([(b - y) / (2 - 2 * kb), (r - y) / (2 - 2 * kr)])
    unit, most = 2 ** (bits - 8), 2**bits - 1
    full = np.stack([y * most, *(chroma * most + 128 * unit)]).clip(0, most)
    limited = np.stack([16 + 219 * y, *(128 + 224 * chroma)]) * unit
    values: NDArray[np.float64] = np.rint(full if span == FULL else limited)
    return values


def striped(values: NDArray[Any], pixels: str, size: tuple[int, int]) -> av.VideoFrame:
    """Eight stripes; one row of values a plane."""
    frame = av.VideoFrame(*size, pixels)
    kind = np.uint8 if values.max() < 256 else np.uint16
    for plane, row in zip(frame.planes, values, strict=True):
        lines = np.zeros((size[1], plane.line_size // np.dtype(kind).itemsize), kind)
        lines[:, : size[0]] = row.repeat(size[0] // 8)
        plane.update(lines.tobytes())
    return frame


def video(
    path: Path, codec: str, pixels: str, frame: av.VideoFrame, flags: tuple[int, int]
) -> Path:
    with av.open(str(path), "w") as container:
        first = np.empty((frame.height, frame.width, 3), np.uint8)
        stream = clips.picture_stream(container, codec, first)
        stream.pix_fmt, stream.bit_rate = pixels, 8_000_000
        if codec == "libx265":  # with B frames it may give a lone frame a DTS after its PTS
            stream.options = {"x265-params": "log-level=none:bframes=0"}
        stream.codec_context.colorspace, stream.codec_context.color_range = flags
        # no conversion here, and swscale takes no matrix that it does not know
        frame.colorspace, frame.color_range = flags if flags[0] != YCGCO else (BT601, flags[1])
        cut = VideoReformatter().reformat(frame, format=pixels)
        cut.pts, cut.time_base = 0, Fraction(1, 24)
        container.mux(stream.encode(cut))
        container.mux(stream.encode())
    return path


def seen(path: Path) -> clips.Pixels:
    out = np.zeros((256, 256, 3), np.uint8)
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        Painter(1.0).square(next(container.decode(video=0)), out)
    return out[128, 16::32]


def error(colours: clips.Pixels) -> int:
    return int(np.abs(colours.astype(int) - PATCHES).max())


@pytest.mark.parametrize("span", [LIMITED, FULL])
@pytest.mark.parametrize("matrix", [BT709, BT601, BT2020])
@pytest.mark.parametrize(
    ("name", "codec", "pixels", "bits"),
    [
        ("v.mp4", "libx264", "yuv420p", 8),
        ("v.mp4", "libx264", "yuv444p10le", 10),
        ("v.webm", "libvpx-vp9", "yuv420p", 8),
        ("v.mkv", "ffv1", "yuv444p16le", 16),
    ],
)
def test_flagged_colours(
    tmp_path: Path, name: str, codec: str, pixels: str, bits: int, matrix: int, span: int
) -> None:
    whole = "yuv444p" if bits == 8 else f"yuv444p{bits}le"
    frame = striped(coded(matrix, span, bits), whole, SMALL)
    path = video(tmp_path / name, codec, pixels, frame, (matrix, span))
    assert error(seen(path)) <= TOLERANCE


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "bits", "flags"),
    [
        ("v.mp4", "libx264", "yuv422p", 8, (BT709, LIMITED)),
        ("v.mp4", "libx264", "yuv444p", 8, (BT709, LIMITED)),
        ("v.mp4", "libx264", "yuv422p10le", 10, (BT709, LIMITED)),
        ("v.mkv", "libx265", "yuv420p12le", 12, (BT2020, LIMITED)),
        ("v.mkv", "libx265", "yuv444p12le", 12, (BT2020, LIMITED)),
        ("v.mov", "prores_ks", "yuv422p10le", 10, (BT709, LIMITED)),
        ("v.webm", "libvpx", "yuv420p", 8, (BT601, LIMITED)),
        ("v.avi", "mjpeg", "yuvj420p", 8, (BT601, FULL)),
    ],
)
def test_depths_and_samplings(
    tmp_path: Path, name: str, codec: str, pixels: str, bits: int, flags: tuple[int, int]
) -> None:
    whole = "yuv444p" if bits == 8 else f"yuv444p{bits}le"
    frame = striped(coded(*flags, bits), whole, SMALL)
    assert error(seen(video(tmp_path / name, codec, pixels, frame, flags))) <= TOLERANCE


@pytest.mark.parametrize(("size", "guess"), [(SMALL, BT601), ((720, 576), BT601), (HD, BT709)])
def test_who_says_nothing_means_the_matrix_of_the_size(
    tmp_path: Path, size: tuple[int, int], guess: int
) -> None:
    frame = striped(coded(guess, LIMITED, 8), "yuv444p", size)
    assert error(seen(video(tmp_path / "v.mp4", "libx264", "yuv420p", frame, (2, 0)))) <= TOLERANCE


@pytest.mark.parametrize("matrix", [0, 2, 3, 10, 11, 12, 13, 14, 15, 16, 99, 255])
def test_a_matrix_that_nobody_knows_still_gives_a_picture(matrix: int) -> None:
    frame = striped(coded(BT601, LIMITED, 8), "yuv444p", SMALL)
    frame.colorspace = matrix
    out = np.zeros((256, 256, 3), np.uint8)
    Painter(1.0).square(frame, out)
    assert error(out[128, 16::32]) <= TOLERANCE


@pytest.mark.parametrize("matrix", [0, 1, 2, 3, 6, 8, 9, 14, 99])
def test_rgb_has_no_matrix(matrix: int) -> None:
    frame = striped(PATCHES.T[[1, 2, 0]].astype(np.float64), "gbrp", SMALL)
    frame.colorspace = matrix
    out = np.zeros((256, 256, 3), np.uint8)
    Painter(1.0).square(frame, out)
    assert error(out[128, 16::32]) == 0


@pytest.mark.parametrize("span", [LIMITED, FULL])
def test_sums_and_differences_are_colours_too(tmp_path: Path, span: int) -> None:
    r, g, b = PATCHES.T / 255
    y, cg, co = (r + 2 * g + b) / 4, (2 * g - r - b) / 4, (r - b) / 2
    limited = np.stack([16 + 219 * y, 128 + 224 * cg, 128 + 224 * co])
    full = np.stack([255 * y, 128 + 255 * cg, 128 + 255 * co])
    values = np.rint(limited if span == LIMITED else full).clip(0, 255)
    frame = striped(values, "yuv444p", SMALL)
    path = video(tmp_path / "v.mp4", "libx264", "yuv444p", frame, (YCGCO, span))
    assert error(seen(path)) <= TOLERANCE


@pytest.mark.parametrize(("span", "black", "white"), [(LIMITED, 16, 235), (FULL, 0, 255)])
@pytest.mark.parametrize(("codec", "name"), [("libx264", "v.mp4"), ("ffv1", "v.mkv")])
def test_grey_goes_from_black_to_white(
    tmp_path: Path, codec: str, name: str, span: int, black: int, white: int
) -> None:
    values = np.array([[black, white, black, white, black, white, black, white]])
    path = video(tmp_path / name, codec, "gray", striped(values, "gray", SMALL), (BT601, span))
    assert seen(path)[:2, 0].tolist() == pytest.approx([0, 255], abs=2)

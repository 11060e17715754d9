"""Say how a frame's numbers are read as colours: as flagged, else as players guess.

A stream that does not name its matrix is BT.601 up to 576 lines and BT.709 above, in PQ or HLG
BT.2020. Range: as flagged, else limited for YUV and full for RGB, which libswscale knows.
Differences: 1) for ICtCp, constant luminance and others that libswscale lacks, the guess is taken:
brightness comes out right, colours do not (YCgCo is computed here); 2) the wider primaries of SDR
video are taken for BT.709's, which pales colours a little; 3) an ICC profile or a PNG's
gAMA is not applied.
Source: ITU-T H.273 for the numbers, mpv's `mp_colorspace` rules for the guess.
"""

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

PQ, HLG = 16, 18  # H.273 transfer characteristics
_BT709, _BT601, _YCGCO, _BT2020 = 1, 5, 8, 9  # H.273 matrix coefficients
_KNOWN = frozenset({_BT709, 4, _BT601, 6, 7, _BT2020})  # to libswscale, by the same numbers
_SD_WIDTH, _SD_HEIGHT = 1280, 576  # the first is already HD
_FULL = np.clip(np.rint((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)

Pixels = NDArray[np.uint8]


def matrix_of(frame: VideoFrame) -> int:
    """What libswscale shall take the frame's numbers for; of RGB it is not asked."""
    if frame.colorspace in _KNOWN:
        return frame.colorspace
    if is_hdr(frame):
        return _BT2020
    return _BT709 if frame.width >= _SD_WIDTH or frame.height > _SD_HEIGHT else _BT601


def is_ycgco(frame: VideoFrame) -> bool:
    """A matrix of sums and differences, which players know and libswscale does not."""
    return frame.colorspace == _YCGCO and not frame.format.is_rgb


def from_ycgco(coded: NDArray[np.uint16], span: int) -> Pixels:
    """RGB of Y, Cg, Co, both (H, W, 3), the latter 16 bit. source: H.273 equations 60 to 63"""
    limited = span != ColorRange.JPEG
    low, luma, chroma = (4096, 219 * 256, 224 * 256) if limited else (0, 65_535, 65_535)
    values = coded.astype(np.float32)
    y = (values[..., 0] - low) / luma
    cg, co = (values[..., 1] - 32_768) / chroma, (values[..., 2] - 32_768) / chroma
    rgb = np.stack([y - cg + co, y + cg, y - cg - co], axis=-1)
    return np.asarray(np.rint(255 * np.clip(rgb, 0, 1)), np.uint8)


def is_limited_grey(frame: VideoFrame) -> bool:
    """Grey whose black is 16 and white 235, which libswscale takes for full range."""
    return frame.format.name.startswith("gray") and frame.color_range == ColorRange.MPEG


def to_full(pixels: Pixels) -> Pixels:
    """Spread 16 to 235 over 0 to 255."""
    return _FULL[pixels]


def is_hdr(frame: VideoFrame) -> bool:
    """Whether the brightness goes beyond what SDR's transfer can say."""
    return frame.color_trc in (PQ, HLG)

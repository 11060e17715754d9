"""Settle how a frame's numbers are read as colours: as flagged, else as players guess.

A stream that does not name its matrix is BT.601 up to 576 lines and BT.709 above, in PQ or HLG
BT.2020. Range: as flagged, else limited for YUV and full for RGB, which libswscale knows.
Differences: 1) of the matrices that libswscale lacks, YCgCo, ICtCp and constant luminance among
them, the guess is read: brightness comes out right, colours do not; 2) the wider primaries of SDR
video are taken for BT.709's, which pales colours a little; 3) an ICC profile is not applied.
Source: ITU-T H.273 for the numbers, mpv's `mp_colorspace` rules for the guess.
"""

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

PQ, HLG = 16, 18  # H.273 transfer characteristics
_BT709, _UNKNOWN, _BT601, _BT2020 = 1, 2, 6, 9  # H.273 matrix coefficients
_KNOWN = frozenset({_BT709, 4, 5, _BT601, 7, _BT2020})  # that libswscale converts from
_SD_WIDTH, _SD_HEIGHT = 1280, 576  # the first is already HD
_FULL = np.clip(np.rint((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)

Pixels = NDArray[np.uint8]


def settle(frame: VideoFrame) -> None:
    """Write into the frame what libswscale shall take its numbers for."""
    if frame.format.is_rgb:
        frame.colorspace = _UNKNOWN  # a matrix that was left from the codec would be refused
    elif frame.colorspace not in _KNOWN:
        frame.colorspace = _guess(frame)


def is_limited_grey(frame: VideoFrame) -> bool:
    """Grey whose black is 16 and white 235, which libswscale takes for full range."""
    return frame.format.name.startswith("gray") and frame.color_range == ColorRange.MPEG


def to_full(pixels: Pixels) -> Pixels:
    """Spread 16 to 235 over 0 to 255."""
    return _FULL[pixels]


def is_hdr(frame: VideoFrame) -> bool:
    """Whether the brightness goes beyond what SDR's transfer can say."""
    return frame.color_trc in (PQ, HLG)


def _guess(frame: VideoFrame) -> int:
    if is_hdr(frame):
        return _BT2020
    return _BT709 if frame.width >= _SD_WIDTH or frame.height > _SD_HEIGHT else _BT601

"""Turn a decoded frame into RGB as a player shows it: upright, square pixels, SDR, scaled.

Scaled by libswscale, area-averaged when it gets smaller. The square has the geometry of
engines/safeguard/letterbox.py. What makes a frame special is told in a file of its own: colour.py,
tonemap.py, fields.py (interlaced), opaque.py (transparent), upright.py (turned, mirrored).
Differences from a player: 1) a crop that the container asks for (Matroska's PixelCrop, MP4's clap)
is not made, for PyAV does not tell it: more is seen, not less; the codec's own is made.
"""

from collections.abc import Callable
from io import BytesIO
from typing import cast

import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image

from .colour import from_ycgco, is_hdr, is_limited_grey, is_ycgco, matrix_of, to_full
from .fields import FieldPicker
from .opaque import is_transparent, on_grey
from .tonemap import to_sdr
from .upright import turn_of

_JPEG_QUALITY = 85
_SCALERS_MAX = 4
_WIDTH_MAX = 65_536  # 8K of pixels eight times as wide as high
_ASPECT_MAX = 16  # a pixel's; beyond it the value is taken for damage

Pixels = NDArray[np.uint8]


def sane_aspect(aspect: float) -> float:
    """Width of a pixel over its height as it is believed."""
    return aspect if 1 / _ASPECT_MAX <= aspect <= _ASPECT_MAX else 1.0


def flat(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Width and height with square pixels: a line stays as long as it is, wide pixels make more."""
    return max(1, min(round(width * aspect), _WIDTH_MAX)), height


class Painter:
    """Scales frames of one video."""

    def __init__(self, aspect: float, codec: VideoCodecContext | None = None) -> None:
        """Scalers are kept between frames: setting one up costs more than a small frame.

        aspect: a pixel's width over its height, as the container or the codec's first frame says
        codec:  may change it while it decodes, unless the container has an opinion of its own
        """
        self._aspect, self._codec = aspect, codec
        self._follows = codec is not None and _coded_aspect(codec) == aspect
        self._scalers: dict[tuple[int, int], VideoReformatter] = {}
        self._fields = FieldPicker()

    def displayed(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height on the player's screen."""
        width, height = self._lying(frame)
        return (height, width) if turn_of(frame).quarters % 2 else (width, height)

    def square(self, frame: VideoFrame, out: Pixels) -> None:
        """Write the frame into `out`, (side, side, 3), centred on black."""
        side = out.shape[0]
        small = self._upright(frame, lambda longer: side / longer)
        height, width = small.shape[:2]
        top, left = (side - height) // 2, (side - width) // 2
        out[:] = 0
        out[top : top + height, left : left + width] = small

    def small(self, frame: VideoFrame, longest: int) -> Pixels:
        """The frame as RGB, made smaller where a side is longer than `longest`."""
        return self._upright(frame, lambda longer: min(1.0, longest / longer))

    def luma(self, frame: VideoFrame, longest: int) -> Pixels:
        """The frame for hashing: (H, W) grey, or RGB where grey is made of it.

        Both sides become `longest` where one is longer, as in PDQ's reference tool, or just as
        long: that frame may have been made smaller already.
        """
        width, height = frame.width, frame.height
        if max(width, height) >= longest:
            width = height = longest
        return turn_of(frame).upright(self._sdr(frame, width, height, "gray"))

    def jpeg(self, frame: VideoFrame, longer_side: int) -> bytes:
        """The frame as a JPEG, made smaller where it is longer than longer_side."""
        rgb = self.small(frame, longer_side)
        written = BytesIO()
        Image.fromarray(rgb).save(written, "JPEG", quality=_JPEG_QUALITY)
        return written.getvalue()

    def _upright(self, frame: VideoFrame, scale: Callable[[int], float]) -> Pixels:
        width, height = self._lying(frame)
        factor = scale(max(width, height))
        width, height = max(1, round(width * factor)), max(1, round(height * factor))
        return turn_of(frame).upright(self._sdr(frame, width, height))

    def _lying(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height with square pixels, before the picture is turned."""
        if self._follows and self._codec:
            self._aspect = _coded_aspect(self._codec)
        return flat(frame.width, frame.height, self._aspect)

    def _sdr(self, frame: VideoFrame, width: int, height: int, pixels: str = "rgb24") -> Pixels:
        transfer = frame.color_trc if is_hdr(frame) else None
        picture = self._fields.first_field(frame)
        if is_transparent(picture):
            picture = on_grey(picture)
        if transfer:
            wide = self._scaled(picture, width, height, "rgb48le")
            return to_sdr(wide.astype(np.uint16, copy=False), transfer)
        if is_ycgco(picture):
            coded = self._scaled(picture, width, height, "yuv444p16le")
            return from_ycgco(coded.astype(np.uint16, copy=False), picture.color_range)
        small = cast(Pixels, self._scaled(picture, width, height, pixels))
        return to_full(small) if is_limited_grey(picture) else small

    def _scaled(
        self, frame: VideoFrame, width: int, height: int, pixels: str
    ) -> NDArray[np.uint8] | NDArray[np.uint16]:
        smaller, matrix = width < frame.width, matrix_of(frame)
        scaled = self._scaler(width, height).reformat(
            frame,
            width=width,
            height=height,
            format=pixels,
            src_colorspace=matrix,
            dst_colorspace=matrix,  # of RGB: none, but libswscale looks whether it knows it
            interpolation=Interpolation.AREA if smaller else Interpolation.BILINEAR,
            threads=1,
        )
        return cast(Pixels, scaled.to_ndarray())

    def _scaler(self, width: int, height: int) -> VideoReformatter:
        if len(self._scalers) > _SCALERS_MAX:  # the frames' size changes and changes
            self._scalers.clear()
        return self._scalers.setdefault((width, height), VideoReformatter())


def _coded_aspect(codec: VideoCodecContext) -> float:
    return sane_aspect(float(codec.sample_aspect_ratio or 1))

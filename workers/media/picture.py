"""Turn a decoded frame into RGB as a player shows it: upright, square pixels, scaled.

Scaled by libswscale, area-averaged when it gets smaller. The square has the geometry of
engines/safeguard/letterbox.py. Interlaced, HDR and transparent frames are taken as they are.
"""

from collections.abc import Callable
from io import BytesIO
from typing import cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image

_JPEG_QUALITY = 85

Pixels = NDArray[np.uint8]


class Painter:
    """Scales frames of one video; aspect is a pixel's width over its height."""

    def __init__(self, aspect: float) -> None:
        """The scaler is kept between frames: setting it up costs more than a small frame."""
        self._aspect = aspect
        self._scaler = VideoReformatter()

    def displayed(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height on the player's screen."""
        width, height = max(1, round(frame.width * self._aspect)), frame.height
        return (height, width) if _quarter_turns(frame) % 2 else (width, height)

    def square(self, frame: VideoFrame, out: Pixels) -> None:
        """Write the frame into `out`, (side, side, 3), centred on black."""
        side = out.shape[0]
        small = self._upright(frame, lambda longer: side / longer)
        height, width = small.shape[:2]
        top, left = (side - height) // 2, (side - width) // 2
        out[:] = 0
        out[top : top + height, left : left + width] = small

    def jpeg(self, frame: VideoFrame, longer_side: int) -> bytes:
        """The frame as a JPEG, made smaller where it is longer than longer_side."""
        rgb = self._upright(frame, lambda longer: min(1.0, longer_side / longer))
        written = BytesIO()
        Image.fromarray(rgb).save(written, "JPEG", quality=_JPEG_QUALITY)
        return written.getvalue()

    def _upright(self, frame: VideoFrame, scale: Callable[[int], float]) -> Pixels:
        width, height = max(1, round(frame.width * self._aspect)), frame.height
        factor = scale(max(width, height))
        scaled = self._scaler.reformat(
            frame,
            width=max(1, round(width * factor)),
            height=max(1, round(height * factor)),
            format="rgb24",
            interpolation=Interpolation.AREA if factor < 1 else Interpolation.BILINEAR,
            threads=1,
        )
        return np.rot90(cast(Pixels, scaled.to_ndarray()), _quarter_turns(frame))


def _quarter_turns(frame: VideoFrame) -> int:
    return round(frame.rotation / 90) % 4  # counterclockwise, as numpy turns

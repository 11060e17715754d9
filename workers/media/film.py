"""One video inside a child: its index, and frames decoded by their place in it.

The file is opened twice: once to read all times, once to decode what was chosen by them. If many
chosen frames are missing then, the file's key frames are not what it says and all is decoded.
"""

import gc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from .answers import PIXELS_MAX, SECONDS_MAX, SIDE_MAX, Probe
from .bounds import LiesElsewhere, Oversized
from .container import only, open_container, picture, sound
from .decode import Decoder
from .index import Index, read_index
from .picture import Painter
from .probe import missing_seconds, pixel_aspect, probe
from .references import refers_elsewhere
from .webp import Animation, read_animation

_MISSING_SHARE = 0.1  # of the chosen frames may be missing before all is decoded
# A frame whose side data were looked at lives until the next collection: PyAV links it to itself
_LITTER_PIXELS_MAX = 1 << 23  # 9 frames of 720p

Use = Callable[[int, VideoFrame, Painter], None]


class TooManyPixels(Oversized):
    """The frames are larger than 8K."""


@dataclass(frozen=True, kw_only=True)
class Film:
    """pts: of all shown pictures, ascending; times: the same in seconds on the player's timeline.

    missing_seconds: promised by the file and not in it
    animation: the frames, where FFmpeg has no decoder for the whole
    """

    source: int
    index: Index
    probe: Probe
    pts: NDArray[np.int64]
    times: NDArray[np.float64]
    missing_seconds: float
    animation: Animation | None = None

    @property
    def corrupt_packets(self) -> int:
        """How many packets the container knows to be damaged."""
        tracks = (self.index.picture, self.index.sound)
        return sum(track.corrupt for track in tracks if track)

    def decode(self, places: NDArray[np.int64], use: Use) -> tuple[list[float], int]:
        """Give the frames at ascending places to `use`, numbered from 0; maybe twice.

        returns: the frames' times, and how often the codec complained
        """
        if not places.size or self.index.picture is None:
            return [], 0
        if self.animation:
            return self._play(self.animation, places, use)
        times, errors = self._pass(places, use, thorough=False)
        lost = places.size - len(times)
        if not times or lost > max(1, _MISSING_SHARE * places.size):
            times, errors = self._pass(places, use, thorough=True)
        return times, errors

    def _play(
        self, animation: Animation, places: NDArray[np.int64], use: Use
    ) -> tuple[list[float], int]:
        shown, painter = list[int](), Painter(1.0)
        for frame in animation.frames(frozenset(self.pts[places].tolist())):
            use(len(shown), frame, painter)
            shown.append(frame.pts or 0)
        return self.index.seconds(np.array(shown, np.int64)).tolist(), animation.errors

    def _pass(
        self, places: NDArray[np.int64], use: Use, *, thorough: bool
    ) -> tuple[list[float], int]:
        shown: list[int] = []
        with open_container(self.source) as container:
            stream = picture(container)
            assert stream is not None and self.index.picture is not None
            only(container, stream)
            decoder = Decoder(container, stream)
            track, wanted = self.index.picture, self.pts[places]
            painter = Painter(pixel_aspect(stream), decoder.codec)
            litter_pixels = 0
            for frame in decoder.frames(track, wanted, thorough=thorough):
                use(len(shown), frame, painter)
                shown.append(frame.pts if frame.pts is not None else frame.dts or 0)
                litter_pixels += frame.width * frame.height
                if litter_pixels > _LITTER_PIXELS_MAX:
                    gc.collect()  # 2 us, for what was there before the fork is frozen (warm.py)
                    litter_pixels = 0
        if decoder.misled:
            return [], decoder.errors
        return self.index.seconds(np.array(shown, np.int64)).tolist(), decoder.errors


def check_size(width: int, height: int) -> None:
    """raises: TooManyPixels"""
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
        limit = f"limit {PIXELS_MAX} pixels and {SIDE_MAX} a side"
        raise TooManyPixels(f"{width} x {height}, {limit}")


def open_film(source: int) -> Film:
    """Read the index. raises: av.FFmpegError, Refused."""
    if refers_elsewhere(source):
        raise LiesElsewhere("tracks lie in other files, expected all in this one")
    animation = read_animation(source)
    if animation:
        return _moving(source, animation)
    with open_container(source) as container:
        stream, heard = picture(container), sound(container)
        if stream:
            check_size(stream.width, stream.height)
        only(container, stream, heard)
        index = read_index(container, stream, heard)
        pts = index.picture.times if index.picture else np.empty(0, np.int64)
        return Film(
            source=source,
            index=index,
            probe=probe(container, index),
            pts=pts,
            times=index.seconds(pts) if index.picture else np.empty(0),
            missing_seconds=missing_seconds(container, index),
        )


def _moving(source: int, animation: Animation) -> Film:
    check_size(animation.width, animation.height)
    track = animation.track()
    index = Index(picture=track, sound=None, origin_seconds=0.0, complete=animation.complete)
    return Film(
        source=source,
        index=index,
        probe=Probe(
            container="webp",
            codecs=["webp"],
            width=animation.width,
            height=animation.height,
            duration_seconds=min(index.end_seconds(track), SECONDS_MAX),
            has_picture=True,
            audio_seconds=0.0,
            truncated=not animation.complete,
        ),
        pts=track.times,
        times=index.seconds(track.times),
        missing_seconds=0.0,
        animation=animation,
    )

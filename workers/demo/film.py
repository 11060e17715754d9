"""Encode drawn scenes into video files: H.264 and a tone, at any frame rate and shape."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engines.scenes.draw import draw
from engines.scenes.layout import Scene

SCALE = 4  # 4 x the training scale: 384 px on the longer side
TIME_BASE = Fraction(1, 1000)
SAMPLE_RATE = 44_100  # Hz
TONE_HZ = 220
TONE_SAMPLES = 1024  # one AAC frame


@dataclass(frozen=True)
class Shot:
    """A scene that is held for so long."""

    scene: Scene
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Film:
    """Shots in order.

    rates: frames per second, used in turn for each half second: several make it variable
    """

    shots: tuple[Shot, ...]
    rates: tuple[int, ...] = (25,)
    silent: bool = False

    @property
    def seconds(self) -> float:
        """The length of all shots."""
        return sum(shot.seconds for shot in self.shots)


def encode(film: Film, path: Path) -> None:
    """Write a film; the container follows the file's suffix."""
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=max(film.rates))
        first = draw(film.shots[0].scene, SCALE)
        picture.height, picture.width = first.shape[:2]
        picture.pix_fmt = "yuv420p"
        picture.time_base = picture.codec_context.time_base = TIME_BASE
        picture.options = {"crf": "23", "preset": "veryfast", "g": "50"}
        sound = None if film.silent else out.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        for shot, times in zip(film.shots, _times(film), strict=True):
            pixels = draw(shot.scene, SCALE)
            for milliseconds in times:
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame.pts, frame.time_base = milliseconds, TIME_BASE
                out.mux(picture.encode(frame))
        out.mux(picture.encode())
        if sound is not None:
            for tone in _tone(film.seconds):
                out.mux(sound.encode(tone))
            out.mux(sound.encode())


def _times(film: Film) -> list[list[int]]:
    """For each shot the milliseconds at which its frames are shown."""
    shots: list[list[int]] = []
    at, end = 0.0, 0.0
    for shot in film.shots:
        end += shot.seconds * 1000
        times = []
        while at < end - 1:
            times.append(round(at))
            at += 1000 / film.rates[int(at // 500) % len(film.rates)]
        shots.append(times)
    return shots


def _tone(seconds: float) -> list[av.AudioFrame]:
    """A quiet sine, in frames of one AAC frame's length."""
    frames = []
    for start in range(0, int(seconds * SAMPLE_RATE), TONE_SAMPLES):
        angle = 2 * np.pi * TONE_HZ * np.arange(start, start + TONE_SAMPLES) / SAMPLE_RATE
        samples = (0.1 * np.sin(angle)).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.pts, frame.sample_rate = start, SAMPLE_RATE
        frames.append(frame)
    return frames

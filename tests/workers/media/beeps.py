"""Make videos that flash and beep at once, and say when a decoded one does either."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from workers.media.film import Film
from workers.media.picture import Painter
from workers.media.sound import SAMPLE_RATE, Listener

from .clips import picture_stream

SECONDS, RATE, FPS = 10.0, 48_000, 25
TIMES = (0.52, 3.2, 7.8)  # of both, on the grid of the frames
LOUD = 3000  # of a beep of 23 000
_DARK, _LIT = np.full((48, 64, 3), 20, np.uint8), np.full((48, 64, 3), 235, np.uint8)
_PIECE = 1024  # samples


def video(
    path: Path,
    codec: str,
    *,
    layout: str = "mono",
    pictures: str | None = "libx264",
    sound_late_seconds: float = 0.0,
) -> Path:
    """10 s with 100 ms of 1 kHz and of light at each of TIMES. pictures: their codec, or none."""
    with av.open(str(path), "w") as container:
        light = picture_stream(container, pictures, _DARK, FPS) if pictures else None
        tone = cast(AudioStream, container.add_stream(codec, rate=RATE))
        tone.layout = layout
        resampler = av.AudioResampler(format=tone.format, layout=layout, rate=RATE)
        sounding = _sound(layout)
        for number in range(round(SECONDS * FPS)):
            if light:
                lit = any(t - 1e-6 <= number / FPS < t + 0.1 for t in TIMES)
                frame = VideoFrame.from_ndarray(_LIT if lit else _DARK, format="rgb24")
                unit = light.codec_context.time_base
                frame.pts, frame.time_base = round(number / FPS / unit), unit
                container.mux(light.encode(frame))
            while sounding and (sounding[0].time or 0.0) < (number + 1) / FPS:
                piece = sounding.pop(0)
                piece.pts = (piece.pts or 0) + round(sound_late_seconds * RATE)
                for made in resampler.resample(piece):
                    container.mux(tone.encode(made))
        container.mux(tone.encode())
        if light:
            container.mux(light.encode())
    return path


def onset(samples: NDArray[np.int16], start_seconds: float) -> float:
    """When it becomes loud; nan if it never does."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)
    return start_seconds + loud[0] / SAMPLE_RATE if loud.size else float("nan")


def beeps(film: Film, around: Sequence[float], reach_seconds: float = 0.3) -> list[float]:
    """When it beeps near each of these times."""
    starts = [time - reach_seconds for time in around]
    out = [np.zeros(round(2 * reach_seconds * SAMPLE_RATE), np.int16) for _ in starts]
    Listener(film.source, film.index).listen(starts, out)
    return [onset(samples, start) for samples, start in zip(out, starts, strict=True)]


def flashes(film: Film) -> list[float]:
    """When it becomes light."""
    light: list[bool] = []

    def use(number: int, frame: VideoFrame, painter: Painter) -> None:
        del light[number:]
        square = np.zeros((8, 8, 3), np.uint8)
        painter.square(frame, square)
        light.append(square[4, 4].mean() > 120)

    times, _ = film.decode(np.arange(film.times.size), use)
    before = [False, *light]
    return [t for t, is_lit, was in zip(times, light, before, strict=False) if is_lit and not was]


def _sound(layout: str) -> list[av.AudioFrame]:
    at = np.arange(round(SECONDS * RATE)) / RATE
    wave = np.zeros_like(at, np.float32)
    for time in TIMES:
        on = (at >= time) & (at < time + 0.1)
        wave[on] = 0.7 * np.sin(2 * np.pi * 1000 * (at[on] - time))
    channels = len(av.AudioLayout(layout).channels)
    frames = []
    for start in range(0, wave.size, _PIECE):
        piece = np.repeat(wave[None, start : start + _PIECE], channels, axis=0)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        frames.append(frame)
    return frames

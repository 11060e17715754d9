"""Make films out of a real face and real speech: grey, but for stretches with one or the other."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from engines.presence.shape import SAMPLE_RATE
from tests.engines.presence import real

FPS = 5
Spans = Sequence[tuple[float, float]]  # seconds, start and end


def film(path: Path, seconds: float, *, faces: Spans = (), voices: Spans | None = ()) -> Path:
    """A film with carphone's man during `faces` and speech during `voices`; None: no sound."""
    man, blank = _man(), np.full((144, 176, 3), 90, np.uint8)
    with av.open(str(path), "w") as out:
        options = {"preset": "ultrafast", "g": "50"}
        picture = out.add_stream("libx264", rate=FPS, options=options)
        picture.width, picture.height, picture.pix_fmt = 176, 144, "yuv420p"
        sound = None
        if voices is not None:
            sound = out.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        for number in range(round(seconds * FPS)):
            shown = man[number % len(man)] if _in(number / FPS, faces) else blank
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(picture.encode(frame))
        out.mux(picture.encode())
        if sound:
            _speak(out, sound, seconds, voices or ())
    return path


def _speak(
    out: av.container.OutputContainer, stream: AudioStream, seconds: float, spans: Spans
) -> None:
    speech = np.resize(real.samples(real.speech()), round(seconds * SAMPLE_RATE))
    at = np.arange(speech.size) / SAMPLE_RATE
    heard = np.zeros(speech.size, bool)
    for start, end in spans:
        heard |= (start <= at) & (at < end)
    speech = np.where(heard, speech, 0).astype(np.int16)
    for start in range(0, speech.size, 1024):
        piece = speech[None, start : start + 1024]
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        frame.time_base = Fraction(1, SAMPLE_RATE)
        out.mux(stream.encode(frame))
    out.mux(stream.encode())


def _man() -> list[NDArray[np.uint8]]:
    with av.open(str(real.film("carphone_pristine.mp4"))) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return [frame.astype(np.uint8) for frame in shown[::6]]


def _in(time: float, spans: Spans) -> bool:
    return any(start <= time < end for start, end in spans)

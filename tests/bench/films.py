"""Make the videos that are measured with: a film of moving noise with sound, and clips cut from it.

Encoded once and kept in `.cache/bench`, under the hash of this file. 1280x720, 30 fps, H.264 (x264
veryfast: three B frames, pyramid) at 4 Mbit/s with a key frame every 2 s, AAC at 48 kHz. The clips
are copies of the film's packets, so that each is a file of its own and none costs an encoding.
"""

import hashlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from numpy.typing import NDArray

CACHE = Path(__file__).parent.parent.parent / ".cache" / "bench"
WIDTH, HEIGHT, RATE, GROUP = 1280, 720, 30, 60
BITS_PER_SECOND = 4_000_000
SAMPLE_RATE = 48_000
SHORTEST_SECONDS, LENGTHS = 10, 6  # 10, 12, ... 20 s: whole groups
Write = Callable[[Path], None]


def film(seconds: int) -> Path:
    """A film of so many seconds."""
    return _kept(f"film-{seconds}s.mp4", lambda path: _encode(path, seconds))


def clips(count: int, source: Path, seconds: int) -> list[Path]:
    """Clips of 10 to 20 s from a film of so many seconds, all different, about 15 s on average."""
    step = GROUP // RATE
    longest = SHORTEST_SECONDS + step * (LENGTHS - 1)
    made = []
    for number in range(count):
        start = step * number % (seconds - longest + step)
        length = SHORTEST_SECONDS + step * (number % LENGTHS)
        name = f"{source.stem}-from-{start}s-{length}s.mp4"
        made.append(_kept(name, partial(_cut, source, start, length)))
    return made


def tiny() -> Path:
    """One second of 96x96, for timing everything but decoding."""
    return _kept("tiny.mp4", lambda path: _encode(path, 1, (96, 96)))


def small(seconds: int) -> Path:
    """A silent film of 320x180, 30 fps."""
    return _kept(f"small-{seconds}s.mp4", lambda path: _encode_small(path, seconds))


def long_film(seconds: int) -> Path:
    """A film of hours that takes a minute to make: 320x180, 5 fps, poor quality, no sound."""
    return _kept(f"long-{seconds}s.mp4", lambda path: _encode_long(path, seconds))


def _kept(name: str, write: Write) -> Path:
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    path = CACHE / recipe / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"part-{name}")
        write(part)
        part.rename(path)
    return path


def _encode(path: Path, seconds: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=RATE)
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        picture.codec_context.gop_size, picture.bit_rate = GROUP, BITS_PER_SECOND
        picture.options = {"preset": "veryfast", "sc_threshold": "0"}
        sound = out.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        pictures, sounds = _pictures(*size), _sounds()
        for _ in range(seconds):
            for _ in range(RATE):
                out.mux(picture.encode(next(pictures)))
            out.mux(sound.encode(next(sounds)))
        out.mux(picture.encode())
        out.mux(sound.encode())


def _encode_small(path: Path, seconds: int) -> None:
    pictures = _pictures(320, 180)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _ in range(RATE * seconds):
            out.mux(stream.encode(next(pictures)))
        out.mux(stream.encode())


def _encode_long(path: Path, seconds: int) -> None:
    pictures = _pictures(320, 180)
    shown = [next(pictures) for _ in range(300)]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "40"}
        for number in range(5 * seconds):
            frame = shown[number % len(shown)]
            frame.pts, frame.time_base = number, Fraction(1, 5)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())


def _pictures(width: int, height: int) -> Iterator[av.VideoFrame]:
    """A wall of coloured squares that moves, with grain."""
    rng = np.random.default_rng(0)
    wall = rng.integers(0, 128, (height // 8 + 100, width // 8 + 100, 3), dtype=np.uint8)
    wall = wall.repeat(8, 0).repeat(8, 1)
    grain = [rng.integers(0, 12, (height, width, 3), dtype=np.uint8) for _ in range(5)]
    number = 0
    while True:
        x, y = number * 5 % 700, int(200 + 150 * np.sin(number / 40))
        pixels: NDArray[np.uint8] = wall[y : y + height, x : x + width] + grain[number % 5]
        yield av.VideoFrame.from_ndarray(pixels, format="rgb24")
        number += 1


def _sounds() -> Iterator[av.AudioFrame]:
    """Seconds of noise under a tone."""
    rng = np.random.default_rng(1)
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    start = 0
    while True:
        samples = 0.2 * np.sin(2 * np.pi * 220 * at) + rng.normal(0, 0.02, SAMPLE_RATE)
        frame = av.AudioFrame.from_ndarray(
            samples.astype(np.float32)[None], format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        yield frame
        start += SAMPLE_RATE


def _cut(source: Path, start: int, seconds: int, path: Path) -> None:
    with av.open(str(source)) as film_, av.open(str(path), "w") as out:
        _copy(film_, out, start, start + seconds)


def _copy(source: InputContainer, out: OutputContainer, start: int, end: int) -> None:
    streams = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
    inside = False
    for packet in source.demux():
        if packet.dts is None or packet.pts is None or packet.time_base is None:
            continue
        begins = float(packet.pts * packet.time_base)
        if packet.stream.type == "video" and packet.is_keyframe:
            inside = start <= begins < end - 0.1
        if not (inside if packet.stream.type == "video" else start <= begins < end):
            continue
        shift = round(start / packet.time_base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = streams[packet.stream_index]
        out.mux(packet)

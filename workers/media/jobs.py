"""What a child does with a request: sample a video, look closer at windows, show single frames.

Runs in the child, on a stranger's bytes; imports nothing while it works.
"""

import av
import msgspec
import numpy as np
from av.video.frame import VideoFrame

from .answers import (
    FRAMES_MAX,
    Answer,
    Probe,
    Refusal,
    Request,
    Resample,
    Resampled,
    Sample,
    Sampled,
    Seen,
    Show,
    Shown,
    encode,
    request_decoder,
)
from .bounds import Oversized
from .child import NO_MEMORY
from .film import Film, Use, open_film
from .picture import Painter, Pixels
from .slots import inside, nearest, regular, widened

DECODER = f"pyav {av.__version__}"


def answer(request: bytes, source: int, buffer: memoryview) -> bytes:
    """The jobs module's one door (child.py)."""
    return encode(_answered(request_decoder.decode(request), source, buffer))


def _answered(request: Request, source: int, buffer: memoryview) -> Answer:
    try:
        film = open_film(source)
        match request:
            case Sample():
                return sample(film, request, buffer)
            case Resample():
                return resample(film, request, buffer)
            case Show():
                return show(film, request, buffer)
    except Oversized as error:
        return Refusal(reason="too_large", detail=str(error)[:500])
    except av.FFmpegError as error:
        if error.errno in NO_MEMORY:
            raise
        return Refusal(reason="unreadable", detail=f"FFmpeg says: {error.strerror}"[:500])


def sample(film: Film, request: Sample, buffer: memoryview) -> Answer:
    """Frames at regular distances over the whole video."""
    length = film.times[-1] - film.times[0] if film.times.size else 0.0
    step = widened(request.step_seconds, float(length), request.frames_max)
    places = regular(film.times, step, request.frames_max)
    size = [film.probe.width, film.probe.height]
    write = _squares(buffer, request.side, request.frames_max)

    def use(number: int, frame: VideoFrame, painter: Painter) -> None:
        size[:] = painter.displayed(frame)
        write(number, frame, painter)

    times, errors = film.decode(places, use)
    if not times and not film.probe.audio_seconds:
        return Refusal(reason="unreadable", detail="no picture and no sound could be decoded")
    return Sampled(
        probe=_with_size(film, *size),
        decoder=DECODER,
        step_seconds=step,
        frames=_seen(times),
        frames_expected=_expected(film, int(places.size), step),
        decode_errors=errors,
    )


def resample(film: Film, request: Resample, buffer: memoryview) -> Answer:
    """Frames inside windows."""
    places = inside(film.times, request.windows, request.step_seconds, request.frames_max)
    write = _squares(buffer, request.side, request.frames_max)
    times, errors = film.decode(places, write)
    return Resampled(frames=_seen(times), decode_errors=errors)


def show(film: Film, request: Show, buffer: memoryview) -> Answer:
    """Single frames as JPEGs; one that cannot be decoded is replaced by the next one."""
    if not film.times.size:
        return Shown(sizes=[0] * len(request.pts_seconds))
    wanted = nearest(film.times, request.pts_seconds)
    jpegs: list[bytes] = []

    def use(number: int, frame: VideoFrame, painter: Painter) -> None:
        del jpegs[number:]
        jpegs.append(painter.jpeg(frame, request.longer_side))

    times, _ = film.decode(np.unique(wanted), use)
    found = np.searchsorted(times, film.times[wanted] - 1e-6)
    sizes = [0] * len(request.pts_seconds)
    for slot, place in enumerate(found):
        if place < len(jpegs) and len(jpegs[place]) <= request.slot_bytes:
            start, sizes[slot] = slot * request.slot_bytes, len(jpegs[place])
            buffer[start : start + sizes[slot]] = jpegs[place]
    return Shown(sizes=sizes)


def _seen(times: list[float]) -> list[Seen]:
    return [Seen(pts_seconds=pts, square=number) for number, pts in enumerate(times)]


def _squares(buffer: memoryview, side: int, count: int) -> Use:
    frames: Pixels = np.frombuffer(buffer, np.uint8)[: count * side * side * 3]
    frames = frames.reshape(count, side, side, 3)
    return lambda number, frame, painter: painter.square(frame, frames[number])


def _with_size(film: Film, width: int, height: int) -> Probe:
    return msgspec.structs.replace(film.probe, width=width, height=height)


def _expected(film: Film, chosen: int, step_seconds: float) -> int:
    if not film.probe.has_picture:
        return 0
    missing = min(FRAMES_MAX, int(film.missing_seconds / step_seconds))
    return max(1, chosen + missing)  # a picture without a frame is not fully covered

"""What a child does with a request: sample a video, look closer at windows, show single frames.

Runs in the child, on a stranger's bytes; imports nothing while it works.
"""

import av
import numpy as np
from av.video.frame import VideoFrame

from .answers import (
    Excerpt,
    Listen,
    Refusal,
    Resample,
    Resampled,
    Sample,
    Show,
    Shown,
)
from .bounds import Refused
from .canvas import Canvas
from .child import NO_MEMORY
from .excerpt_jobs import excerpt, listen
from .exchange import Answer, Request, encode, request_decoder
from .film import Film, open_film
from .picture import Painter
from .prepare import prepare
from .prepared import Prepare
from .provenance import vouch
from .sampling import sample
from .slots import inside, nearest
from .vouched import Vouch

DECODER = f"pyav {av.__version__}"


def answer(request: bytes, source: int, buffer: memoryview) -> bytes:
    """The jobs module's one door (child.py)."""
    return encode(_answered(request_decoder.decode(request), source, buffer))


def _answered(request: Request, source: int, buffer: memoryview) -> Answer:
    if isinstance(request, Vouch):
        return vouch(source, request)
    try:
        film = open_film(source)
        match request:
            case Sample():
                return sample(film, request, buffer, DECODER)
            case Prepare():
                return prepare(film, request, buffer, DECODER)
            case Resample():
                return resample(film, request, buffer)
            case Show():
                return show(film, request, buffer)
            case Listen():
                return listen(film, request, buffer)
            case Excerpt():
                return excerpt(film, request, buffer)
    except Refused as error:
        return Refusal(reason=error.reason, detail=str(error)[:500])
    except av.FFmpegError as error:
        if error.errno in NO_MEMORY:
            raise
        return Refusal(reason="unreadable", detail=f"FFmpeg says: {error.strerror}"[:500])


def resample(film: Film, request: Resample, buffer: memoryview) -> Answer:
    """Frames inside windows."""
    places = inside(film.times, request.windows, request.step_seconds, request.frames_max)
    canvas = Canvas(buffer, request.side, request.frames_max)
    times, errors = film.decode(places, canvas.use)
    own = range(len(times))
    return Resampled(frames=canvas.seen(times, own, own), decode_errors=errors)


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

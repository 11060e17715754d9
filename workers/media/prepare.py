"""Hand a film over to another decoder, or decode it here: what a child does with `Prepare`.

Decoded here is what the other one would show differently or not at all: interlaced, transparent
and HDR pictures, more than 8 bits, chroma other than 4:2:0, odd and extreme sizes, frames without
times, files that are too large to be written anew. The verdict's decoder names the reason.
Three frames are decoded here in any case: the other decoder is checked by them.
"""

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from .answers import Refusal, Sampled
from .colour import is_hdr, is_ycgco, matrix_of
from .container import is_cover, open_container, picture
from .film import Film
from .manifest_mark import may_carry_manifest
from .pdq import LONGEST, QUALITY_MIN, pdq
from .picture import Painter
from .prepared import BT601, Clean, Matrix, Prepare, Prepared, Shape, Watched
from .remux import remux
from .sampling import check_length, choose, sample
from .upright import turn_of

FORMATS = ("yuv420p", "yuvj420p")
MATRICES: dict[int, Matrix] = {1: 1, 5: BT601, 6: BT601, 9: 9}
SHORTEST, LONGEST_SIDE = 144, 4096  # px: what NVDEC takes of every codec
FULL_RANGE = 2

Places = NDArray[np.int64]


class NotForIt(Exception):
    """The film is not for the other decoder; the message says why, in a word."""


def prepare(film: Film, request: Prepare, buffer: memoryview, decoder: str) -> Prepared | Refusal:
    """A new file in the buffer, or the answer to `request.sample`. decoder: that of this process.

    raises: TooLong, av.FFmpegError
    """
    check_length(film, request.sample)
    try:
        clean = _clean(film, request, buffer)
    except (
        NotForIt,
        OSError,
        av.FFmpegError,
    ) as error:  # decoding may get further than writing anew
        why = str(error) if isinstance(error, NotForIt) else "not rewritten"
        name = f"{decoder}; no {request.decoder.split()[0]}: {why}"
        answer = sample(film, request.sample, buffer, name)
        return Prepared(sampled=answer) if isinstance(answer, Sampled) else answer
    carries = may_carry_manifest(film.source)
    return Prepared(clean=clean, probe=film.probe, decoder=decoder, may_carry_manifest=carries)


def _clean(film: Film, request: Prepare, buffer: memoryview) -> Clean:
    codec = _codec(film, request.codecs)
    choice = choose(film, request.sample)
    places = np.union1d(choice.steps, choice.cuts)
    steps = np.searchsorted(places, choice.steps)
    shape, watched = _looked(film, places, steps, codec)
    written = remux(film, film.pts[places], buffer[: request.bytes_max])
    return Clean(
        size_bytes=written.size_bytes,
        numbers=written.numbers.tolist(),
        times=film.times[places].tolist(),
        steps=steps.tolist(),
        cuts=np.searchsorted(places, choice.cuts).tolist(),
        step_seconds=choice.step_seconds,
        missing_seconds=film.missing_seconds,
        shape=shape,
        watched=watched,
    )


def _codec(film: Film, codecs: list[str]) -> str:
    """Of the film's picture. raises: NotForIt"""
    track = film.index.picture
    if track is None or not film.times.size:
        raise NotForIt("no picture")
    with open_container(film.source) as container:
        stream = picture(container)
        if stream is None or is_cover(stream):
            raise NotForIt("still")
        codec = stream.codec_context.codec.canonical_name
        if codec not in codecs:
            raise NotForIt("codec")
    if track.by_order or np.unique(np.array(track.pts, np.int64)).size != len(track.pts):
        raise NotForIt("no times")
    return codec


def _looked(film: Film, places: Places, steps: Places, codec: str) -> tuple[Shape, list[Watched]]:
    """How frames are to be shown, and what the first, middle and last step look like.

    Frames with too little in them to be recognised are not watched.
    """
    shapes: list[Shape] = []
    hashes: list[str] = []

    def use(number: int, frame: VideoFrame, painter: Painter) -> None:
        del hashes[number:]
        shapes.append(_shape(frame, painter, codec))
        hashed = pdq(painter.small(frame, LONGEST))
        is_known = hashed is not None and hashed.quality >= QUALITY_MIN
        hashes.append(hashed.bits.tobytes().hex() if hashed and is_known else "")

    at = np.unique(steps[[0, steps.size // 2, -1]])
    times, _ = film.decode(places[at], use)
    if len(times) != at.size or len(set(shapes)) != 1:
        raise NotForIt("damaged")
    watched = zip(at.tolist(), hashes, strict=True)
    return shapes[0], [Watched(place=place, pdq=hashed) for place, hashed in watched if hashed]


def _shape(frame: VideoFrame, painter: Painter, codec: str) -> Shape:
    matrix = matrix_of(frame)
    why = {
        "interlaced": frame.interlaced_frame,
        "HDR": is_hdr(frame),
        "pixels": frame.format.name not in FORMATS,
        "range": frame.color_range == FULL_RANGE and codec != "mjpeg",
        "matrix": is_ycgco(frame) or matrix not in MATRICES,
        "size": frame.width % 2 or frame.height % 2 or not _fits(frame.width, frame.height),
    }
    if any(why.values()):
        raise NotForIt(next(word for word, is_so in why.items() if is_so))
    turn, (width, height) = turn_of(frame), painter.displayed(frame)
    return Shape(
        matrix=MATRICES[matrix],
        width=width,
        height=height,
        quarters=turn.quarters,
        mirrored=turn.mirrored,
    )


def _fits(width: int, height: int) -> bool:
    return min(width, height) >= SHORTEST and max(width, height) <= LONGEST_SIDE

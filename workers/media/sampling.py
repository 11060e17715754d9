"""Choose and decode the frames of a whole video that are worth a look: steps, cuts, no twins.

Runs in the child. Steps are as far apart as was asked for, or wider, so that long videos have no
more frames than short ones; between them, frames where the content jumps; frames that show what
the one before them shows share its square.
"""

from dataclasses import dataclass
from typing import Protocol

import msgspec
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from .answers import FRAMES_MAX, Probe, Refusal, Sample, Sampled, Seen
from .bounds import TooLong
from .canvas import Canvas
from .cuts import cuts
from .film import Film, Use
from .likeness import twins, without_false_cuts
from .manifest_mark import may_carry_manifest
from .picture import Painter
from .slots import fitting, nearest, regular
from .track import Track

_TRIED = 3  # candidates are decoded for each cut that may be kept, where there is room
Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Places in the film: of the steps, ascending; of what may be cuts, the likeliest first."""

    steps: Places
    cuts: Places
    step_seconds: float


class Filmed(Protocol):
    """A film that somebody decodes."""

    @property
    def probe(self) -> Probe:
        """What it is."""

    @property
    def times(self) -> NDArray[np.float64]:
        """Of its frames."""

    @property
    def missing_seconds(self) -> float:
        """Promised by the file and not in it."""

    def decode(self, places: Places, use: Use) -> tuple[list[float], int]:
        """As film.py's."""


def sample(film: Film, request: Sample, buffer: memoryview, decoder: str) -> Sampled | Refusal:
    """The answer, and the squares in the buffer.

    decoder: its name and version
    raises:  TooLong
    """
    check_length(film, request)
    answer = take(film, choose(film, request), request, buffer)
    if isinstance(answer, Refusal):
        return answer
    return msgspec.structs.replace(
        answer,
        decoder=decoder,
        decode_errors=answer.decode_errors + film.corrupt_packets,
        may_carry_manifest=may_carry_manifest(film.source),
    )


def check_length(film: Film, request: Sample) -> None:
    """raises: TooLong"""
    if film.probe.duration_seconds > request.seconds_max:
        raise TooLong(f"{film.probe.duration_seconds:.0f} s, limit {request.seconds_max:g} s")


def take(film: Filmed, choice: Choice, request: Sample, buffer: memoryview) -> Sampled | Refusal:
    """Decode what was chosen, and keep of it what is worth a look. Who decodes it is not said."""
    size = [film.probe.width, film.probe.height]
    canvas = Canvas(buffer, request.side, request.frames_max)

    def use(number: int, frame: VideoFrame, painter: Painter) -> None:
        size[:] = painter.displayed(frame)
        canvas.use(number, frame, painter)

    times, errors = film.decode(np.union1d(choice.steps, choice.cuts), use)
    if not times and not film.probe.audio_seconds:
        return Refusal(reason="unreadable", detail="no picture and no sound could be decoded")
    frames = _frames(canvas, times, film.times[choice.cuts].tolist(), request)
    real_cuts = sum(frame.is_cut for frame in frames)
    return Sampled(
        probe=msgspec.structs.replace(film.probe, width=size[0], height=size[1]),
        decoder="",
        step_seconds=choice.step_seconds,
        frames=frames,
        frames_expected=_expected(film, choice) + real_cuts,
        decode_errors=errors,
    )


def choose(film: Film, request: Sample) -> Choice:
    """Which frames to decode. A track whose packets have no times has neither cuts nor keys."""
    times, track = film.times, film.index.picture
    none = np.empty(0, np.int64)
    if track is None or not times.size:
        return Choice(steps=none, cuts=none, step_seconds=request.step_seconds)
    room = request.frames_max - request.cuts_max
    step = fitting(times, request.step_seconds, room)
    steps = regular(times, step)
    if request.keyframes and not track.by_order:
        steps = _key_frames(film, track, steps)
        step = max(step, float(times[-1] - times[0]) / steps.size)
    most = min(_TRIED * request.cuts_max, request.frames_max - steps.size)
    found = np.searchsorted(film.pts, cuts(track, film.pts[steps], most))
    return Choice(steps=steps, cuts=found, step_seconds=step)


def _key_frames(film: Film, track: Track, steps: Places) -> Places:
    """The key frames nearest to the steps; the steps themselves where there are none."""
    is_key = np.array(track.keys, bool) & np.array(track.shown, bool)
    keys = np.flatnonzero(np.isin(film.pts, np.array(track.pts, np.int64)[is_key]))
    if not keys.size:
        return steps
    return np.unique(keys[nearest(film.times[keys], film.times[steps].tolist())])


def _frames(
    canvas: Canvas, times: list[float], cut_times: list[float], request: Sample
) -> list[Seen]:
    """cut_times: of the candidates, the likeliest first."""
    ranks = {at: rank for rank, at in enumerate(cut_times)}
    is_cut = [at in ranks for at in times]
    looks = canvas.looks()
    real = without_false_cuts(looks, is_cut)
    most = min(request.cuts_max, is_cut.count(False))
    ranked = sorted(
        (place for place in real if is_cut[place]), key=lambda place: ranks[times[place]]
    )
    places = sorted(set(real) - set(ranked[most:]))
    stands = twins([looks[place] for place in places], request.duplicate_distance)
    seen = canvas.seen(times, places, [places[stand] for stand in stands])
    return [
        msgspec.structs.replace(frame, is_cut=is_cut[place])
        for place, frame in zip(places, seen, strict=True)
    ]


def _expected(film: Filmed, choice: Choice) -> int:
    """How many steps an undamaged file would have given."""
    if not film.probe.has_picture:
        return 0
    missing = min(FRAMES_MAX, int(film.missing_seconds / choice.step_seconds))
    return max(1, choice.steps.size + missing)  # a picture without a frame is not fully covered

"""Write a film's picture track anew, so that a decoder that is choosy about files can take it.

The new file is Matroska: one track, whole groups of frames from the first that is needed to the
last, 25 frames a second from 0 on, whatever the times were; which frame is shown when stays with
us. That cures what DALI stumbles over: variable rates, a first PTS that is not 0, other streams.
Decodes nothing. Source: DALI's issues 1364, 1041, 5155 for its troubles.
"""

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from .container import only, open_container, packets, picture
from .film import Film
from .memory_file import MemoryFile

RATE = 25

Int64s = NDArray[np.int64]


@dataclass(frozen=True)
class Rewritten:
    """numbers: of the wanted frames in the new file, in its order of showing."""

    size_bytes: int
    numbers: Int64s


def remux(film: Film, wanted: Int64s, room: memoryview) -> Rewritten:
    """The new file at the room's start.

    wanted: PTS of frames on the film's track, which has them of every packet, and each once
    raises: av.FFmpegError; either this or OSError if it does not fit
    """
    track = film.index.picture
    assert track is not None
    pts, keys = np.array(track.pts, np.int64), np.array(track.keys, bool)
    kept = _span(pts, keys, wanted)
    file = MemoryFile(room)
    _write(film.source, file, kept, np.searchsorted(np.sort(pts[kept]), pts))
    return Rewritten(file.size_bytes, np.searchsorted(np.sort(pts[kept]), wanted))


def _span(pts: Int64s, keys: NDArray[np.bool_], wanted: Int64s) -> NDArray[np.bool_]:
    """Which packets: the groups of all wanted frames, and those between them.

    Frames before the first key frame are left out, also those that are shown before it.
    """
    places = np.flatnonzero(np.isin(pts, wanted))
    starts = np.flatnonzero(keys & (pts <= pts[places].min()))
    first = starts[starts <= places[0]].max(initial=0)
    after = np.flatnonzero(keys)
    last = after[after > places[-1]].min(initial=pts.size)
    kept = np.zeros(pts.size, bool)
    kept[first:last] = True
    return np.asarray(kept & (pts >= pts[first]), bool)


def _write(source: int, file: MemoryFile, kept: NDArray[np.bool_], ranks: Int64s) -> None:
    unit, delay = Fraction(1, RATE), _delay(ranks[kept])
    options = {"avoid_negative_ts": "disabled"}  # the first frame is shown at 0
    with (
        open_container(source) as old,
        av.open(file, "w", format="matroska", options=options) as new,
    ):
        stream = picture(old)
        assert stream is not None
        only(old, stream)
        track = new.add_stream_from_template(stream, opaque=True)
        track.time_base = unit
        order = 0
        found = packets(old, stream)
        for packet, keep, rank in zip(found, kept.tolist(), ranks.tolist(), strict=False):
            if not keep:
                continue
            packet.stream, packet.time_base = track, unit
            packet.pts, packet.dts, packet.duration = rank, order - delay, 1
            new.mux(packet)
            order += 1


def _delay(ranks: Int64s) -> int:
    """How many frames the order of decoding runs ahead of the order of showing."""
    return int((np.arange(ranks.size) - ranks).max())

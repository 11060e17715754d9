"""Turn the packets of one stream, in file order, into the times at which a player shows its frames.

Times are PTS, as the file has them, with two repairs. Where the stream's clock goes back or jumps
far ahead (files put behind each other, a damaged time), it runs on from the packet before. Where
frames have no PTS of their own, share them or are less than a millisecond apart, the k-th frame
that the decoder gives is shown at the k-th time (`by_order`).
Source: FFmpeg's `ts_discontinuity_process` and `guess_correct_pts`. Differences: 1) each stream
finds its own jumps, and goes as far as another stream did if that is nearly as far; 2) a jump of
less than an hour ahead is none: slide shows are true; 3) shared PTS are replaced by summed
durations, not by DTS, which raw streams do not have.
"""

from __future__ import annotations  # PyAV's packets and `array` are generic for mypy only

from array import array
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from av.packet import Packet
from av.stream import Stream
from numpy.typing import NDArray

_BACK_SECONDS = 0.1  # a clock that goes back further has started anew
_AHEAD_SECONDS = 3600.0  # nobody waits longer for the next frame
_SHARED_SHARE = 0.1  # of the frames may have another frame's time before times are made up
_TOGETHER_SECONDS = (
    0.5  # jumps of two streams that differ by less were one: sound and picture end so
)
_JUMPS_KEPT = 16
_AFTER_JUMP_SECONDS_MAX = 1.0  # from the packet before a jump to the one after it
_FRAME_SECONDS = 0.04  # FFmpeg's own guess for raw streams
_CROWDED_SECONDS = 0.001  # frames nearer than this are on a clock that nobody can watch
_TIME_MAX = 1 << 60  # units; beyond it a time is damage

Int64s = NDArray[np.int64]


Jumps = deque["tuple[int, float]"]  # of all streams of a file: whose, and seconds from the start


def no_jumps() -> Jumps:
    """What the tracks of one file share; the latest ones are kept."""
    return deque(maxlen=_JUMPS_KEPT)


@dataclass
class Track:
    """The packets of one stream in file order, times in units of unit_seconds.

    pts: on a clock that has no jumps; what packets without a PTS get is their DTS
    shown: 0 for packets that no player shows (cut off by an edit list); others may need them
    declared_seconds: the length that the file promises, 0 if it does not
    cut: the last packet is not whole
    corrupt: how many packets the container knows to be damaged
    times: of the shown frames, ascending; from `finish` on
    end: of the latest shown frame; from `finish` on
    by_order: times belong to the decoder's frames in their order, not to packets; from `order` on
    jumped: somewhere `pts` is not what the file has
    jumps: of all tracks of the file
    """

    unit_seconds: float
    declared_seconds: float
    pts: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("b"))
    shown: array[int] = field(default_factory=lambda: array("b"))
    sizes: array[int] = field(default_factory=lambda: array("i"))
    durations: array[int] = field(default_factory=lambda: array("q"))
    cut: bool = False
    corrupt: int = 0
    times: Int64s = field(default_factory=lambda: np.empty(0, np.int64))
    end: int = 0
    by_order: bool = False
    jumped: bool = False
    jumps: Jumps = field(default_factory=no_jumps)
    _without_pts: int = 0
    _shift: int = 0
    _last_dts: int | None = None
    _last_duration: int = 0

    def add(self, packet: Packet[Stream]) -> None:
        """Take the next packet of the file."""
        duration = _bounded(max(0, packet.duration or 0))
        if packet.dts is not None and not packet.is_discard:
            self._follow(packet.dts, duration)
        self._without_pts += packet.pts is None
        self.pts.append(_bounded(self._time(packet.pts, packet.dts) + self._shift))
        self.keys.append(packet.is_keyframe)
        self.shown.append(not packet.is_discard)
        self.sizes.append(packet.size)
        self.durations.append(duration)
        self.cut = packet.is_corrupt
        self.corrupt += packet.is_corrupt

    def finish(self) -> None:
        """Find the times, after the last packet."""
        pts = self.shown_pts()
        if pts.size:
            self.times = np.unique(pts)
            self.end = int((pts + self._spans(self._usual_gap())).max())

    def order(self, *, reordered: bool) -> None:
        """For pictures, after `finish`: see which frames the times belong to.

        reordered: frames change their order in decoding, and the container has no PTS for that
        """
        pts = self.shown_pts()
        if not pts.size:
            return
        if self._is_useless(pts):
            spans = self._spans(self._units(_FRAME_SECONDS))
            spans[spans < self._units(_CROWDED_SECONDS)] = self._units(_FRAME_SECONDS)
            self.times = pts[0] + np.cumsum(spans) - spans
            self.end = int(self.times[-1] + spans[-1])
            self.by_order = True
        elif reordered:
            self.by_order = bool((np.diff(pts) > 0).all())

    def _is_useless(self, pts: Int64s) -> bool:
        many = _SHARED_SHARE * pts.size
        shared, unknown = pts.size - self.times.size, self._without_pts
        crowded = pts.size > 1 and self._usual_gap() < self._units(_CROWDED_SECONDS)
        return shared > many or unknown > many or crowded

    def _spans(self, usual: int) -> Int64s:
        """How long each shown frame stays: the usual time, if no packet tells."""
        told = np.array(self.durations, np.int64)[np.array(self.shown, bool)]
        usual = 0 if told.any() else usual
        return np.minimum(np.where(told > 0, told, usual), self._units(_AHEAD_SECONDS))

    def shown_pts(self) -> Int64s:
        """PTS of the packets that a player shows, in file order."""
        pts: Int64s = np.array(self.pts, np.int64)[np.array(self.shown, bool)]
        return pts

    def _time(self, pts: int | None, dts: int | None) -> int:
        if pts is None or dts is None:
            return pts if pts is not None else dts or 0
        if abs(pts - dts) * self.unit_seconds <= _AHEAD_SECONDS:
            return pts
        self.jumped = True
        return dts

    def _follow(self, dts: int, duration: int) -> None:
        last, self._last_dts = self._last_dts, dts
        if last is not None:
            ahead_seconds = (dts - last) * self.unit_seconds
            if not -_BACK_SECONDS <= ahead_seconds <= _AHEAD_SECONDS:
                self._shift = self._agreed(self._shift + last + self._last_duration - dts)
                self.jumped = True
        self._last_duration = min(duration, self._units(_AFTER_JUMP_SECONDS_MAX))

    def _agreed(self, shift: int) -> int:
        """As far as another stream has jumped there, so that they stay together."""
        seconds = shift * self.unit_seconds
        others = [theirs for owner, theirs in self.jumps if owner != id(self)]
        nearest = min(others, key=lambda theirs: abs(theirs - seconds), default=seconds)
        together = abs(nearest - seconds) <= _TOGETHER_SECONDS
        self.jumps.append((id(self), nearest if together else seconds))
        return round(nearest / self.unit_seconds) if together and others else shift

    def _usual_gap(self) -> int:
        if self.times.size > 1:
            return int(np.median(np.diff(self.times)))
        return self._units(_FRAME_SECONDS)

    def _units(self, seconds: float) -> int:
        return min(_TIME_MAX, max(1, round(seconds / self.unit_seconds)))


def _bounded(time: int) -> int:
    return max(-_TIME_MAX, min(time, _TIME_MAX))

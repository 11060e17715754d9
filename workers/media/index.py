"""Read every packet of a file once, without decoding, into the times that its player would show.

The timeline: PTS after edit lists, minus the earliest PTS of picture and sound.
Packets without a PTS count by their DTS. A file that ends early gives what could be read.
"""

from __future__ import annotations  # PyAV's packets and `array` are generic for mypy only

from array import array
from dataclasses import dataclass, field

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from .container import is_cover

PACKETS_MAX = 4_000_000  # 10 hours of 60 fps with sound


class TooManyPackets(Exception):
    """The file has more packets than anything that can be judged in time."""


@dataclass
class Track:
    """The packets of one stream in file order, times in units of unit_seconds.

    shown: 0 for packets that no player shows (cut off by an edit list); others may need them
    declared_seconds: the length that the file promises, 0 if it does not
    end: of the latest shown packet
    cut: the last packet is not whole
    """

    unit_seconds: float
    declared_seconds: float
    pts: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("b"))
    shown: array[int] = field(default_factory=lambda: array("b"))
    end: int = 0
    cut: bool = False

    def add(self, packet: Packet[Stream]) -> None:
        """Take the next packet of the file."""
        pts = packet.pts if packet.pts is not None else packet.dts or 0
        self.pts.append(pts)
        self.keys.append(packet.is_keyframe)
        self.shown.append(not packet.is_discard)
        self.cut = packet.is_corrupt
        if not packet.is_discard:
            self.end = max(self.end, pts + (packet.duration or 0))

    def shown_pts(self) -> NDArray[np.int64]:
        """The times that a player shows, in file order."""
        pts: NDArray[np.int64] = np.array(self.pts, np.int64)[np.array(self.shown, bool)]
        return pts


@dataclass(frozen=True, kw_only=True)
class Index:
    """All packets of the picture and of the sound, and where the timeline starts.

    complete: the demuxer came to the end of the file without an error
    """

    picture: Track | None
    sound: Track | None
    origin_seconds: float
    complete: bool

    def end_seconds(self, track: Track | None) -> float:
        """Where a track ends on the player's timeline; 0 without a track."""
        if track is None or not any(track.shown):
            return 0.0
        return max(0.0, track.end * track.unit_seconds - self.origin_seconds)

    def seconds(self, pts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Places of pictures on the player's timeline."""
        assert self.picture is not None
        seconds = pts.astype(np.float64) * self.picture.unit_seconds - self.origin_seconds
        return np.asarray(np.maximum(0.0, seconds), np.float64)


def read_index(
    container: InputContainer, picture: VideoStream | None, sound: AudioStream | None
) -> Index:
    """Demux to the end. raises: TooManyPackets, MemoryError."""
    streams = [stream for stream in (picture, sound) if stream]
    tracks = {stream.index: _track(stream) for stream in streams}
    complete = _read(container, streams, tracks)
    starts = [_start(stream, tracks[stream.index]) for stream in streams]
    return Index(
        picture=tracks[picture.index] if picture else None,
        sound=tracks[sound.index] if sound else None,
        origin_seconds=min([start for start in starts if start is not None], default=0.0),
        complete=complete,
    )


def _read(
    container: InputContainer,
    streams: list[VideoStream | AudioStream],
    tracks: dict[int, Track],
) -> bool:
    if not streams:  # which FFmpeg would take for all
        return True
    try:
        for number, packet in enumerate(container.demux(streams)):
            if number > PACKETS_MAX:
                raise TooManyPackets(f"more than {PACKETS_MAX} packets")
            if packet.size:  # the flush packets at the end are empty
                tracks[packet.stream_index].add(packet)
    except av.InvalidDataError:
        return False
    return not any(track.cut for track in tracks.values())


def _start(stream: VideoStream | AudioStream, track: Track) -> float | None:
    pts = track.shown_pts()
    if not pts.size:
        return None
    first = int(pts.min())
    if isinstance(stream, AudioStream) and stream.start_time is not None:
        first = stream.start_time  # without the encoder's priming, which is not heard
    return first * track.unit_seconds


def _track(stream: VideoStream | AudioStream) -> Track:
    unit_seconds = float(stream.time_base) if stream.time_base else 1.0
    if isinstance(stream, VideoStream) and is_cover(stream):  # FFmpeg gives it the sound's length
        return Track(unit_seconds, declared_seconds=0.0)
    return Track(unit_seconds, (stream.duration or 0) * unit_seconds)

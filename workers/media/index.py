"""Read every packet of a file once, without decoding, into the times that its player would show.

The timeline: PTS after edit lists, minus the earliest PTS of picture and sound (track.py).
A file that ends early gives what could be read.
"""

from dataclasses import dataclass

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from .bounds import PACKETS_MAX, TooManyPackets
from .child import NO_MEMORY
from .container import is_cover, is_cut, packets
from .track import Jumps, Track, no_jumps

# Containers that keep no PTS, and codecs for which FFmpeg does not find them
_WITHOUT_PTS, _REORDERED = ("avi",), ("h264", "hevc")
_APART_SECONDS = 3600.0  # picture and sound that start further apart do so by damage


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
        if track is None or not track.times.size:
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
    jumps = no_jumps()
    tracks = {stream.index: _track(stream, jumps) for stream in streams}
    complete = _read(container, streams, tracks)
    for track in tracks.values():
        track.finish()
    if picture:
        tracks[picture.index].order(reordered=_reordered(container, picture))
    return Index(
        picture=tracks[picture.index] if picture else None,
        sound=tracks[sound.index] if sound else None,
        origin_seconds=_origin([(stream, tracks[stream.index]) for stream in streams]),
        complete=complete,
    )


def _read(
    container: InputContainer,
    streams: list[VideoStream | AudioStream],
    tracks: dict[int, Track],
) -> bool:
    try:
        for number, packet in enumerate(packets(container, *streams)):
            if number >= PACKETS_MAX:
                raise TooManyPackets(f"more than {PACKETS_MAX} packets")
            tracks[packet.stream_index].add(packet)
    except av.FFmpegError as error:
        if error.errno in NO_MEMORY:
            raise
        return False
    return not any(track.cut for track in tracks.values()) and not is_cut(container)


def _origin(tracks: list[tuple[VideoStream | AudioStream, Track]]) -> float:
    starts = [_start(stream, track) for stream, track in tracks if track.times.size]
    near = [start for start in starts if start >= starts[0] - _APART_SECONDS]
    return min(near, default=0.0)


def _start(stream: VideoStream | AudioStream, track: Track) -> float:
    first = int(track.times[0])
    if isinstance(stream, AudioStream) and stream.start_time is not None:
        first = stream.start_time  # without the encoder's priming, which is not heard
    return first * track.unit_seconds


def _track(stream: VideoStream | AudioStream, jumps: Jumps) -> Track:
    unit_seconds = float(stream.time_base) if stream.time_base else 1.0
    if isinstance(stream, VideoStream) and is_cover(stream):  # FFmpeg gives it the sound's length
        return Track(unit_seconds, declared_seconds=0.0, jumps=jumps)
    return Track(unit_seconds, max(0, stream.duration or 0) * unit_seconds, jumps=jumps)


def _reordered(container: InputContainer, stream: VideoStream) -> bool:
    codec = stream.codec_context
    without_pts = container.format.name in _WITHOUT_PTS and codec.name in _REORDERED
    return without_pts and codec.has_b_frames

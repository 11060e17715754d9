"""Decode the sound of a file from any time on, each frame with its time on the index's clock.

Seeks by the index, and trusts no seek: a container that lands too late, or whose clock is not the
index's (it jumps, or is missing), is read from its start instead.
"""

from __future__ import annotations  # PyAV's packets are generic for mypy only

from collections.abc import Iterator
from itertools import chain

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from .child import NO_MEMORY
from .container import only, open_container, packets, sound
from .track import Track

Packets = Iterator["Packet[AudioStream]"]


class SoundReader:
    """One file's sound. `errors` counts what the codec complained about."""

    def __init__(self, source: int, track: Track) -> None:
        """track: of the sound, with at least one packet."""
        self.errors = 0
        self._source, self._track = source, track
        self._open()

    def close(self) -> None:
        """Let go of the source."""
        self._container.close()

    def frames(self, seconds: float) -> Iterator[tuple[AudioFrame, float | None]]:
        """Frames from about a time on, in file order; None: it follows the frame before.

        seconds: on the index's clock, as are the frames' times
        """
        unit, shift = self._track.unit_seconds, 0
        for packet, to_index in self._packets(self._packet_before(seconds)):
            shift = to_index if packet else shift
            for frame in self._decode(packet):
                pts = None if self._track.by_order else frame.pts
                yield frame, None if pts is None else (pts + shift) * unit

    def _decode(self, packet: Packet[AudioStream] | None) -> list[AudioFrame]:
        try:
            return self._stream.decode(packet)
        except av.FFmpegError as error:  # damage has many names: AAC's is `not permitted`
            return self._count(error)

    def _count(self, error: av.FFmpegError) -> list[AudioFrame]:
        if error.errno in NO_MEMORY:
            raise error
        self.errors += 1
        return []

    def _packet_before(self, seconds: float) -> int:
        """PTS of the last packet that starts at or before a time, else of the first of all."""
        times = self._track.times
        after = int(np.searchsorted(times, seconds / self._track.unit_seconds, side="right"))
        return int(times[max(0, after - 1)])

    def _open(self) -> None:
        self._container: InputContainer = open_container(self._source)
        stream = sound(self._container)
        assert stream is not None
        self._stream: AudioStream = stream
        only(self._container, stream)
        self._unread = zip(self._demux(), self._track.pts, strict=False)
        self._read_up_to: int | None = None  # PTS of the last packet that was taken from there

    def _packets(self, first: int) -> Iterator[tuple[Packet[AudioStream] | None, int]]:
        """Packets from this PTS on, and what their PTS lack to the index's; None for the end."""
        found = None if self._track.jumped or self._track.by_order else self._sought(first)
        if found is None:
            yield from self._counted(first)
        else:
            yield from ((packet, 0) for packet in found if _is_from(packet.pts, first))
        yield None, 0

    def _sought(self, first: int) -> Packets | None:
        self._read_up_to = None  # whoever counts must begin anew
        try:
            self._container.seek(first, stream=self._stream)
        except av.FFmpegError:
            return None
        found = self._demux()
        landed = next(found, None)
        if landed is None or landed.pts is None or landed.pts > first:
            return None
        return chain([landed], found)

    def _counted(self, first: int) -> Iterator[tuple[Packet[AudioStream], int]]:
        """The n-th packet of the file is the index's n-th. Goes on where it stopped, if it can."""
        if self._track.by_order or self._read_up_to is None or self._read_up_to >= first:
            self.close()
            self._open()
        self._stream.codec_context.flush_buffers()
        for packet, pts in self._unread:
            self._read_up_to = pts
            if self._track.by_order or pts >= first:
                yield packet, pts - (packet.pts if packet.pts is not None else pts)

    def _demux(self) -> Packets:
        try:
            yield from packets(self._container, self._stream)
        except av.FFmpegError as error:
            self._count(error)


def _is_from(pts: int | None, first: int) -> bool:
    return pts is None or pts >= first

"""Decode the chosen frames of a picture stream, exactly these, in order of time.

Packets that no chosen frame needs are dropped; among the needed ones the decoder skips frames that
no other frame refers to. A damaged frame is replaced by the next one that can be decoded.
Memory: one decoded frame at a time goes to the caller, besides the codec's own.
"""

from __future__ import annotations  # PyAV's packets are generic for mypy only

from collections import deque
from collections.abc import Iterator

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from .child import NO_MEMORY
from .codec import decoder_of
from .plan import needed
from .track import Track


class Decoder:
    """One pass over a container. `errors` counts what the codec complained about."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        """The container must be at its start."""
        self.errors = 0
        self._container, self._stream = container, stream
        self.codec = decoder_of(stream)

    def frames(
        self, track: Track, wanted: NDArray[np.int64], *, thorough: bool = False
    ) -> Iterator[VideoFrame]:
        """The frames whose times on the track are wanted (ascending).

        thorough: decode all packets, not only those that seem to be needed
        """
        if track.by_order:
            return _match(_numbered(self._everything(track), track.times), wanted)
        if thorough:
            return _match(self._everything(track), wanted)
        need = needed(np.array(track.pts, np.int64), np.array(track.keys, bool), wanted)
        return _match(self._selected(track, need, frozenset(wanted.tolist())), wanted)

    def _selected(
        self, track: Track, need: NDArray[np.bool_], wanted: frozenset[int]
    ) -> Iterator[VideoFrame]:
        last = int(np.flatnonzero(need)[-1]) if need.any() else -1
        skipped = False
        for number, packet in enumerate(self._packets(track)):
            if number > last:
                break
            if not need[number]:
                skipped = True
                continue
            if skipped:
                yield from self._drain()
                self.codec.flush_buffers()
                skipped = False
            self.codec.skip_frame = "DEFAULT" if _time(packet) in wanted else "NONREF"
            yield from self._decode(packet)
        yield from self._drain()

    def _everything(self, track: Track) -> Iterator[VideoFrame]:
        for packet in self._packets(track):
            yield from self._decode(packet)
        yield from self._drain()

    def _packets(self, track: Track) -> Iterator[Packet[VideoStream]]:
        packets = (packet for packet in self._container.demux(self._stream) if packet.size)
        try:
            for packet, pts in zip(packets, track.pts, strict=False):
                packet.pts = pts  # on the track's clock, which has no jumps
                yield packet
        except av.FFmpegError as error:
            if error.errno in NO_MEMORY:
                raise
            self.errors += 1

    def _drain(self) -> list[VideoFrame]:
        return self._decode(None)

    def _decode(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        try:
            frames = self.codec.decode(packet)
            self.errors += sum(frame.is_corrupt for frame in frames)
            return frames
        except av.FFmpegError as error:  # codecs have many, EPERM among them
            if error.errno in NO_MEMORY:
                raise
            self.errors += 1
            return []


def _match(frames: Iterator[VideoFrame], wanted: NDArray[np.int64]) -> Iterator[VideoFrame]:
    pending = deque(wanted.tolist())
    last = None
    for frame in frames:
        pts = _time(frame)
        if not pending or pts < pending[0] or (last is not None and pts <= last):
            continue
        while pending and pending[0] <= pts:
            pending.popleft()
        last = pts
        yield frame


def _numbered(frames: Iterator[VideoFrame], times: NDArray[np.int64]) -> Iterator[VideoFrame]:
    for frame, time in zip(frames, times.tolist(), strict=False):
        frame.pts = time
        yield frame


def _time(timed: VideoFrame | Packet[VideoStream]) -> int:
    return timed.pts if timed.pts is not None else timed.dts or 0

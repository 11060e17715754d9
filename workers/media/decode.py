"""Decode the chosen frames of a picture stream, exactly these, in order of time.

Packets that no chosen frame needs are dropped; among the needed ones the decoder skips frames that
no other frame refers to. Where the file's key frames are none for the decoder, `misled` says so:
then, and with codecs that have none, all must be decoded. A damaged frame is replaced by the next
one that can be decoded.
Memory: one decoded frame at a time goes to the caller, besides the codec's own.
"""

from __future__ import annotations  # PyAV's packets are generic for mypy only

from collections import deque
from collections.abc import Iterator

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from .child import NO_MEMORY
from .codec import decoder_of
from .container import packets
from .plan import needed
from .track import Track

# Codecs whose decoders know which frames no other refers to, and whose key frames stand alone;
# then those of the latter kind alone. Each was compared with decoding everything (test_decode.py,
# and with FFmpeg's flags of the codec for intra-only ones).
_SKIPPING = frozenset({"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "vp8", "vp9", "av1"})
_GROUPED = _SKIPPING | {"msmpeg4v3", "h263", "flv1", "wmv1", "wmv2", "theora", "rv20"}


class Decoder:
    """One pass over a container.

    errors: how often the codec complained
    misled: a frame that the file calls a key frame refers to others
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        """The container must be at its start."""
        self.errors, self.misled = 0, False
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
        if thorough or not self._is_grouped():
            return _match(self._everything(track), wanted)
        need = needed(np.array(track.pts, np.int64), np.array(track.keys, bool), wanted)
        return _match(self._selected(track, need, frozenset(wanted.tolist())), wanted)

    def _selected(
        self, track: Track, need: NDArray[np.bool_], wanted: frozenset[int]
    ) -> Iterator[VideoFrame]:
        last = int(np.flatnonzero(need)[-1]) if need.any() else -1
        skipped, may_skip = False, self.codec.codec.canonical_name in _SKIPPING
        entries = set[int]()
        for number, packet in enumerate(self._packets(track)):
            if number > last or self.misled:
                break
            if not need[number]:
                skipped = True
                continue
            if skipped:
                yield from self._checked(self._drain(), entries)
                self.codec.flush_buffers()
                skipped = False
                entries.add(_time(packet))
            if may_skip:
                self.codec.skip_frame = "DEFAULT" if _time(packet) in wanted else "NONREF"
            yield from self._checked(self._decode(packet), entries)
        yield from self._checked(self._drain(), entries)

    def _checked(self, frames: list[VideoFrame], entries: set[int]) -> list[VideoFrame]:
        self.misled |= any(frame.pts in entries and not _stands_alone(frame) for frame in frames)
        return [] if self.misled else frames

    def _is_grouped(self) -> bool:
        codec = self.codec.codec
        return codec.canonical_name in _GROUPED or codec.intra_only

    def _everything(self, track: Track) -> Iterator[VideoFrame]:
        for packet in self._packets(track):
            yield from self._decode(packet)
        yield from self._drain()

    def _packets(self, track: Track) -> Iterator[Packet[VideoStream]]:
        try:
            for packet, pts in zip(packets(self._container, self._stream), track.pts, strict=False):
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


def _stands_alone(frame: VideoFrame) -> bool:
    """Not where H.264 only begins to refresh the picture; of two fields the second may refer."""
    refers = frame.pict_type in (PictureType.P, PictureType.B) and not frame.interlaced_frame
    return frame.key_frame and not refers


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

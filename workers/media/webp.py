"""Read an animated WebP: the frames by FFmpeg's decoder, the file around them by hand.

FFmpeg 8.1 decodes a single WebP picture and nothing that moves. A file without an animation is
left to FFmpeg altogether. Nothing is read into memory but the frame that is being decoded.
Source: RFC 9649 sec. 2.7. Differences: 1) the background is transparent, as browsers have it,
whatever ANIM says; 2) a duration of 10 ms or less is 100 ms, as browsers have it; 3) EXIF, colour
profiles and the number of loops are not read.
"""

from __future__ import annotations  # PyAV's packets are generic for mypy only

import os
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.codec.context import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from PIL import Image

from .answers import PIXELS_MAX
from .bounds import PACKETS_MAX, TooManyPackets
from .child import NO_MEMORY
from .track import Track

UNIT = Fraction(1, 1000)
_MOVES, _HAS_ALPHA, _CLEARS, _KEEPS = 0x02, 0x10, 0x01, 0x02  # flags of VP8X and of ANMF
_HEADER_BYTES, _PART_BYTES = 8, 16
_SHORTEST_MS, _USUAL_MS = 10, 100


@dataclass(frozen=True, kw_only=True)
class Part:
    """One frame's rectangle and where its data lie.

    clears: the rectangle is transparent again when the next frame comes
    blends: laid over what is there; else it takes its place, holes and all
    """

    offset: int
    size_bytes: int
    box: tuple[int, int, int, int]
    milliseconds: int
    clears: bool
    blends: bool


@dataclass
class Animation:
    """What lies in the file. complete: it ends where it says. errors: frames that were damaged."""

    source: int
    width: int
    height: int
    parts: list[Part]
    complete: bool
    errors: int = 0

    def track(self) -> Track:
        """The frames as packets, each of which needs all before it."""
        track, now = Track(float(UNIT), 0.0), 0
        for number, part in enumerate(self.parts):
            packet = Packet(part.size_bytes)
            packet.pts = packet.dts = now
            packet.duration, packet.is_keyframe = part.milliseconds, number == 0
            track.add(packet)
            now += part.milliseconds
        track.finish()
        return track

    def frames(self, wanted: Collection[int]) -> Iterator[VideoFrame]:
        """The frames of these times, RGBA, without the damaged ones."""
        codec = CodecContext.create("webp", "r")
        assert isinstance(codec, VideoCodecContext)
        codec.thread_count, codec.options = 1, {"max_pixels": str(PIXELS_MAX)}
        canvas, now, last = Image.new("RGBA", (self.width, self.height)), 0, max(wanted, default=-1)
        for part in self.parts:
            if now > last:
                return
            whole = self._lay(self._decoded(codec, part), part, canvas)
            if whole and now in wanted:
                frame = VideoFrame.from_ndarray(np.asarray(canvas), format="rgba")
                frame.pts, frame.time_base = now, UNIT
                yield frame
            if part.clears:
                canvas.paste((0, 0, 0, 0), part.box)
            now += part.milliseconds

    def _lay(self, picture: Image.Image | None, part: Part, canvas: Image.Image) -> bool:
        left, top, right, bottom = part.box
        if picture is None or picture.size != (right - left, bottom - top):
            self.errors += 1
            return False
        if part.blends:
            canvas.alpha_composite(picture, (left, top))
        else:
            canvas.paste(picture, (left, top))
        return True

    def _decoded(self, codec: VideoCodecContext, part: Part) -> Image.Image | None:
        content = _read(self.source, part.offset, part.size_bytes)
        try:
            frames = codec.decode(Packet(_alone(content, part)))
        except av.FFmpegError as error:
            if error.errno in NO_MEMORY:
                raise
            return None
        return Image.fromarray(frames[0].to_ndarray(format="rgba")) if frames else None


def read_animation(source: int) -> Animation | None:
    """The file's structure; None if it is no WebP or does not move. raises: TooManyPackets"""
    head = _read(source, 0, 30)
    if head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8X" or len(head) < 30 or not head[20] & _MOVES:
        return None
    end = _HEADER_BYTES + int.from_bytes(head[4:8], "little")
    width, height = 1 + _number(head[24:27]), 1 + _number(head[27:30])
    held = os.lseek(source, 0, os.SEEK_END)
    parts = [_part(source, *chunk) for chunk in _chunks(source, min(end, held))]
    inside = [p for p in parts if p.box[2] <= width and p.box[3] <= height]
    complete = held >= end and len(inside) == len(parts)
    return Animation(source, width, height, inside, complete)


def _chunks(source: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the frames' data lie, and how many bytes of them there are."""
    offset, count = 12, 0
    while offset < end:
        header = _read(source, offset, _HEADER_BYTES)
        if len(header) < _HEADER_BYTES:
            return
        size_bytes = int.from_bytes(header[4:], "little")
        if header[:4] == b"ANMF" and size_bytes > _PART_BYTES:
            count += 1
            if count > PACKETS_MAX:
                raise TooManyPackets(f"more than {PACKETS_MAX} packets")
            yield offset + _HEADER_BYTES, min(size_bytes, end - offset - _HEADER_BYTES)
        offset += _HEADER_BYTES + size_bytes + size_bytes % 2


def _part(source: int, offset: int, size_bytes: int) -> Part:
    head = _read(source, offset, _PART_BYTES).ljust(_PART_BYTES, b"\0")
    left, top, width, height, shown = (_number(head[at : at + 3]) for at in (0, 3, 6, 9, 12))
    return Part(
        offset=offset + _PART_BYTES,
        size_bytes=max(0, size_bytes - _PART_BYTES),
        box=(2 * left, 2 * top, 2 * left + width + 1, 2 * top + height + 1),
        milliseconds=shown if shown > _SHORTEST_MS else _USUAL_MS,
        clears=bool(head[15] & _CLEARS),
        blends=not head[15] & _KEEPS,
    )


def _alone(content: bytes, part: Part) -> bytes:
    """A still WebP that holds this frame alone."""
    left, top, right, bottom = part.box
    flags = _HAS_ALPHA if content[:4] in (b"ALPH", b"VP8L") else 0
    size = (right - left - 1).to_bytes(3, "little") + (bottom - top - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<II", 10, flags) + size + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _read(source: int, offset: int, size_bytes: int) -> bytes:
    os.lseek(source, offset, os.SEEK_SET)
    return os.read(source, size_bytes)


def _number(three: bytes) -> int:
    return int.from_bytes(three, "little")

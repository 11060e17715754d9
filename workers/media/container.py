"""Open a source by its descriptor, with demuxers that read this one file and nothing else.

Refused by the allow-list: playlists and scripts that name other files (HLS, DASH, concat, SDP) and
image sequences. No decoding.
"""

from __future__ import annotations  # PyAV's packets are generic for mypy only

import os
from collections.abc import Iterator
from typing import Any, TypeVar

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from .bounds import STREAMS_MAX, TooManyStreams

# FFmpeg matches any name of a demuxer: mov also reads mp4, m4a, 3gp, avif; matroska also webm.
# Stills by the demuxers that read this one file: image2 would open others by a pattern of names.
DEMUXERS = (
    "mov,matroska,avi,mpegts,mpeg,flv,ogg,asf,rm,gif,mp3,wav,flac,aac,mpegvideo,m4v,h263,mjpeg,"
    "h264,hevc,ivf,obu,jpeg_pipe,png_pipe,apng,bmp_pipe,webp_pipe"
)
_ANNOUNCING = ("mpegts", "flv")  # a picture may start later than FFmpeg looks for its size
_FRAGMENTS_AS_THEY_COME = {"fflags": "+ignidx"}
# A tile of a larger picture, or its thumbnail: one alone would stand for a whole that nobody saw.
_PARTS = Disposition.dependent | Disposition.timed_thumbnails
_StreamT = TypeVar("_StreamT", AudioStream, VideoStream)


def open_container(source: int) -> InputContainer:
    """Open from the start; FFmpeg reads through a duplicate of the descriptor.

    raises: av.FFmpegError, TooManyStreams
    """
    try:
        container = _open(source)
    except av.EOFError:  # an MP4's last fragment is cut, which FFmpeg wants to know beforehand
        container = _open(source, **_FRAGMENTS_AS_THEY_COME)
    found = len(container.streams)
    if found > STREAMS_MAX:
        container.close()
        raise TooManyStreams(f"{found} streams, limit {STREAMS_MAX}")
    return container


def is_cut(container: InputContainer) -> bool:
    """Whether the file ended where it was not finished, as seen at its opening."""
    return _FRAGMENTS_AS_THEY_COME.items() <= container.options.items()


def _open(source: int, **more: str) -> InputContainer:
    os.lseek(source, 0, os.SEEK_SET)
    options = {"fd": str(source), "format_whitelist": DEMUXERS, "protocol_whitelist": "fd"}
    options["enable_drefs"] = "0"  # QuickTime's tracks that lie in other files stay empty
    return av.open("fd:", options=options | more, metadata_errors="replace")  # titles in any code


def picture(container: InputContainer) -> VideoStream | None:
    """The moving picture that a player starts with; the sleeve of a song where there is none.

    Among several: the one marked as default, then one that moves, then the largest.
    """
    videos = container.streams.video
    announced = [s for s in videos if isinstance(s.codec_context, VideoCodecContext)]
    sized = [s for s in announced if s.width and s.height]
    streams = sized or (announced if container.format.name in _ANNOUNCING else [])
    whole = [s for s in streams if not s.disposition & _PARTS]
    return max([s for s in whole if not is_cover(s)] or whole, key=_rank, default=None)


def is_cover(stream: VideoStream) -> bool:
    """A picture on a sleeve is a still at the start; its sound may go on."""
    return bool(stream.disposition & Disposition.attached_pic)


def _rank(stream: VideoStream) -> tuple[bool, bool, int]:
    default = bool(stream.disposition & Disposition.default)
    return default, stream.frames != 1, stream.width * stream.height


def sound(container: InputContainer) -> AudioStream | None:
    """The first sound that can be decoded."""
    streams = container.streams.audio
    return next((s for s in streams if isinstance(s.codec_context, AudioCodecContext)), None)


def only(container: InputContainer, *wanted: VideoStream | AudioStream | None) -> None:
    """Let the demuxer drop the packets of every other stream."""
    kept = {stream.index for stream in wanted if stream}
    for stream in container.streams:
        if stream.index not in kept:
            stream.discard = Discard.all


def packets(container: InputContainer, *streams: Stream) -> Iterator[Packet[Any]]:
    """The packets of these streams in file order, without the empty ones at the end.

    Where a stream appears on the way (FLV, MPEG-TS), PyAV 18.1 fails after the last packet.
    raises: av.FFmpegError
    """
    if not streams:  # which FFmpeg would take for all
        return
    try:
        yield from (packet for packet in container.demux(streams) if packet.size)
    except IndexError:
        return

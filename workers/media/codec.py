"""Choose the decoder of a picture stream, with the bounds that hold for every one.

FFmpeg's own choice, but for VP8 and VP9 that say they are transparent: its own decoders of these
leave the alpha out, libvpx's do not. Software alone: nothing here names a device.
"""

import os

from av.codec.context import CodecContext, Flags
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from .answers import PIXELS_MAX

THREADS_MAX = 4  # the sandbox's limit of processor time counts with as many
# Frame threads race in FFmpeg 8.1.2: Theora shows other frames in one run of ten, and a damaged VP9
# film kills the process; with slice threads neither is seen.
_RACING = ("theora", "vp3", "vp4", "vp9")
_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


def decoder_of(stream: VideoStream) -> VideoCodecContext:
    """Not opened yet: the first packet does that."""
    codec = _chosen(stream)
    codec.thread_type = "SLICE" if codec.codec.canonical_name in _RACING else "AUTO"
    codec.thread_count = min(THREADS_MAX, (os.cpu_count() or 1) + 1)
    codec.flags |= Flags.unaligned  # else it crops on the left by whole vectors alone
    codec.options = {"max_pixels": str(PIXELS_MAX)}
    return codec


def _chosen(stream: VideoStream) -> VideoCodecContext:
    name = _WITH_ALPHA.get(stream.codec_context.codec.canonical_name)
    if name is None or stream.metadata.get("alpha_mode") != "1":
        return stream.codec_context
    codec = CodecContext.create(name, "r")
    assert isinstance(codec, VideoCodecContext)
    return codec

"""Make videos that a painter must take care with: HDR, interlaced, transparent, changing."""

from __future__ import annotations  # PyAV's packets are generic for mypy only

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.filter import Graph
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from tests.workers.media import clips
from workers.media.colour import HLG, PQ

BT2020, LIMITED = 9, 1
DARK, BRIGHT = 30, 230
EARLY, LATE = slice(16, 40), slice(80, 104)  # where a bar is in the first field and in the second


def make(folder: Path, special: str) -> Path:
    """One of each kind by its name."""
    match special:
        case "pq" | "hlg":
            codes = np.linspace(0, 0.7, 8)
            return hdr(folder / "v.mkv", "libx265", PQ if special == "pq" else HLG, codes)
        case "interlaced":
            return interlaced(folder / "v.mp4", "libx264", {"x264-params": "interlaced=1"}, 0)
        case "transparent":
            return transparent(folder / "v.webm", "libvpx-vp9", "yuva420p")
        case _:
            exif = Image.Exif()
            exif[0x0112] = 5  # mirrored and turned
            Image.fromarray(half()[..., :3]).save(folder / "photo.jpg", exif=exif)
            return folder / "photo.jpg"


def hdr(path: Path, codec: str, transfer: int, codes: NDArray[np.float64]) -> Path:
    """Grey stripes of codes from 0 to 1, 10 bit, limited range."""
    pixels = "yuv422p10le" if codec == "prores_ks" else "yuv420p10le"
    with av.open(str(path), "w") as container:
        size = np.empty((64, 16 * codes.size, 3), np.uint8)
        stream = clips.picture_stream(container, codec, size)
        stream.pix_fmt, context = pixels, stream.codec_context
        stream.bit_rate = 8_000_000
        if codec == "libx265":  # with B frames it may give a lone frame a DTS after its PTS
            stream.options = {"x265-params": "log-level=none:bframes=0"}
        context.colorspace = context.color_primaries = BT2020
        context.color_trc, context.color_range = transfer, LIMITED
        frame = striped(np.rint(64 + 876 * codes).astype(np.uint16), pixels)
        frame.color_trc, frame.colorspace, frame.color_primaries = transfer, BT2020, BT2020
        frame.pts, frame.time_base, frame.color_range = 0, Fraction(1, 24), LIMITED
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def striped(levels: NDArray[np.uint16], pixels: str) -> av.VideoFrame:
    """Grey stripes of 16 px."""
    frame = av.VideoFrame(16 * levels.size, 64, pixels)
    for number, plane in enumerate(frame.planes):
        lines = np.full((plane.height, plane.line_size // 2), 512, np.uint16)
        if number == 0:
            lines[:, : 16 * levels.size] = levels.repeat(16)
        plane.update(lines.tobytes())
    return frame


def interlaced(path: Path, codec: str, options: dict[str, object], first: int) -> Path:
    """Six frames with a bar that jumps between the fields. first: the line the first field has"""
    with av.open(str(path), "w") as container:
        stream = clips.picture_stream(container, codec, np.empty((96, 128, 3), np.uint8))
        stream.options, stream.bit_rate = options, 4_000_000
        for number in range(6):
            frame = woven(first)
            frame.pts, frame.time_base = number, Fraction(1, 24)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def woven(first: int) -> av.VideoFrame:
    """The first field holds the lines first, first + 2, ..."""
    pixels = np.full((96, 128, 3), DARK, np.uint8)
    pixels[first::2, EARLY] = BRIGHT
    pixels[1 - first :: 2, LATE] = BRIGHT
    return marked(av.VideoFrame.from_ndarray(pixels, format="rgb24"), "bff" if first else "tff")


def marked(frame: av.VideoFrame, order: str) -> av.VideoFrame:
    """The frame as one of two fields."""
    graph, size = Graph(), (frame.width, frame.height)
    nodes = [graph.add_buffer(None, *size, frame.format, time_base=Fraction(1, 24))]
    nodes += [graph.add("format", "yuv420p"), graph.add("setfield", order)]
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()


def half(width: int = 64, height: int = 48) -> clips.Pixels:
    """Red all over, RGBA; the left half cannot be seen."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 0], pixels[:, width // 2 :, 3] = 255, 255
    return pixels


def transparent(path: Path, codec: str, pixels: str) -> Path:
    """Three frames, half red."""
    with av.open(str(path), "w") as container:
        stream = clips.picture_stream(container, codec, half())
        stream.pix_fmt = pixels
        stream.options = {"auto-alt-ref": "0"} if path.suffix == ".webm" else {}
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(half(), format="rgba")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def joined(path: Path, parts: Sequence[tuple[clips.Pixels, str, Fraction]], codec: str) -> Path:
    """One stream; each part lasts 2 s at 4 fps and has a size, pixels and an aspect of its own."""
    with av.open(str(path), "w") as container:
        target = cast(VideoStream, container.add_stream(codec, rate=4))
        for number, (pixels, kind, aspect) in enumerate(parts):
            context = cast(av.VideoCodecContext, av.CodecContext.create(codec, "w"))
            context.height, context.width = pixels.shape[:2]
            context.pix_fmt, context.time_base = kind, Fraction(1, 4)
            context.framerate, context.sample_aspect_ratio = Fraction(4), aspect
            if number == 0:
                stream = target
                stream.height, stream.width, stream.pix_fmt = context.height, context.width, kind
                stream.codec_context.sample_aspect_ratio = aspect
            for packet in encoded(context, pixels, number * 8):
                packet.stream, packet.time_base = target, Fraction(1, 4)
                container.mux(packet)
    return path


def encoded(
    context: av.VideoCodecContext, pixels: clips.Pixels, start: int
) -> list[av.Packet[VideoStream]]:
    packets = []
    for number in range(start, start + 8):
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, 4)
        packets += context.encode(frame)
    return packets + context.encode(None)

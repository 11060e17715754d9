"""Make small seed files of many containers and damage them in seeded ways, for tests.

A mutant is told by its number alone: the same number gives the same bytes.
"""

import itertools
import random
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.workers.media import clips

TIMES = tuple(i / 8 for i in range(24))
# name, codec, seconds of sound
SEEDS = (
    ("a.mp4", "libx264", 3.0),
    ("b.mov", "mpeg4", 3.0),
    ("c.mkv", "libx265", 3.0),
    ("d.webm", "libvpx-vp9", 0.0),
    ("e.webm", "libvpx", 0.0),
    ("f.mp4", "libsvtav1", 0.0),
    ("g.avi", "mpeg4", 0.0),
    ("h.ts", "libx264", 3.0),
    ("i.mpg", "mpeg2video", 0.0),
    ("j.flv", "flv", 3.0),
    ("k.wmv", "wmv2", 0.0),
    ("l.gif", "gif", 0.0),
    ("m.ts", "mpeg2video", 3.0),
    ("n.rm", "rv20", 0.0),
)
_SIZES = (0, 1, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 0x10000, 0x01000000)
_NAMES = (
    *(b"avc1", b"mp4v", b"av01", b"hev1", b"mp4a", b"vide", b"soun", b"raw ", b"gif ", b"tx3g"),
    *(b"V_VP8", b"V_VP9", b"V_MPEG4/ISO/AVC", b"V_MPEGH/ISO/HEVC", b"A_AAC", b"A_OPUS"),
    *(b"FMP4", b"H264", b"MJPG", b"WMV2", b"vids", b"auds"),
)
_BOXES = re.compile(
    rb"moov|trak|mdia|minf|stbl|stsd|stsz|stco|stts|ctts|stsc|stss|mdat|edts|elst|mvhd|tkhd|mdhd"
    rb"|VP8X|ANIM|ANMF|ALPH|VP8L|fcTL|fdAT|acTL|IHDR|IDAT"
    rb"|hdlr|udta|LIST|RIFF|movi|avih|strh|strf|idx1|\x1a\x45\xdf\xa3|\x18\x53\x80\x67|\x16\x54\xae\x6b"
)


def seeds(folder: Path) -> list[bytes]:
    """The files before they are damaged."""
    made = [
        clips.video(folder / name, TIMES, codec=codec, sound_seconds=sounds).read_bytes()
        for name, codec, sounds in SEEDS
    ]
    song = clips.sound(folder / "o.mp3", 3.0, cover=True).read_bytes()
    return [*made, song, _moving("WEBP"), _moving("PNG")]


def _moving(kind: str) -> bytes:
    """Pictures that no muxer of FFmpeg writes: WebP, and PNG, as animations."""
    pictures, written = [Image.fromarray(clips.grey(number)) for number in range(8)], BytesIO()
    pictures[0].save(written, kind, save_all=True, append_images=pictures[1:], duration=125)
    return written.getvalue()


def mutant(whole: Sequence[bytes], number: int) -> bytes:
    """The damaged file of this number."""
    luck = random.Random(number)
    data = bytearray(whole[number % len(whole)])
    other = whole[luck.randrange(len(whole))]
    for _ in range(luck.choice((1, 1, 1, 2, 4))):
        luck.choice(_WAYS)(data, luck, other)
    return bytes(data) or b"\0"


def _flip(data: bytearray, luck: random.Random, _: bytes) -> None:
    within = luck.choice((256, 2048, len(data)))
    for _number in range(luck.choice((1, 1, 4, 32))):
        data[luck.randrange(max(1, min(within, len(data))))] ^= 1 << luck.randrange(8)


def _cut(data: bytearray, luck: random.Random, _: bytes) -> None:
    del data[luck.randrange(1, max(2, len(data))) :]


def _lose(data: bytearray, luck: random.Random, _: bytes) -> None:
    start = luck.randrange(len(data))
    del data[start : start + luck.randrange(1, 4000)]


def _noise(data: bytearray, luck: random.Random, _: bytes) -> None:
    start, count = luck.randrange(len(data)), luck.randrange(1, 1000)
    data[start : start + count] = luck.randbytes(count)


def _resize(data: bytearray, luck: random.Random, _: bytes) -> None:
    """Declare another size, or count: right before or after a box's name, or anywhere."""
    found = [match.start() for match in _BOXES.finditer(data)] or [luck.randrange(len(data))]
    start = max(0, luck.choice(found) + luck.choice((-4, -4, 4, 8, 12, 16, 20, 24)))
    size = luck.choice((*_SIZES, luck.randrange(1 << 32)))
    data[start : start + 4] = size.to_bytes(4, luck.choice(("big", "little")))


def _swap_names(data: bytearray, luck: random.Random, _: bytes) -> None:
    """One stream is called what another one is."""
    held = [name for name in _NAMES if name in data]
    if held:
        old, new = luck.choice(held), luck.choice(_NAMES)
        start = data.find(old)
        data[start : start + len(old)] = new[: len(old)].ljust(len(old), b"\0")


def _swap_parts(data: bytearray, luck: random.Random, _: bytes) -> None:
    """Two stretches change places: the packets of streams, or their heads."""
    size = min(luck.choice((16, 188, 512, 2048)), len(data) // 2)
    first, second = sorted(luck.randrange(len(data) - size + 1) for _number in range(2))
    if second - first >= size:
        left, right = data[first : first + size], data[second : second + size]
        data[first : first + size], data[second : second + size] = right, left


def _repeat(data: bytearray, luck: random.Random, _: bytes) -> None:
    start, size = luck.randrange(len(data)), luck.randrange(1, 2000)
    data[start:start] = bytes(data[start : start + size]) * luck.choice((1, 2, 30))


def _splice(data: bytearray, luck: random.Random, other: bytes) -> None:
    start, size = luck.randrange(len(other)), luck.randrange(1, 4000)
    where = luck.randrange(len(data))
    data[where : where + luck.choice((0, size))] = other[start : start + size]


_WAYS: tuple[Callable[[bytearray, random.Random, bytes], None], ...] = (
    *itertools.repeat(_flip, 3),
    *itertools.repeat(_resize, 3),
    *(_cut, _lose, _noise, _swap_names, _swap_parts, _repeat, _splice),
)

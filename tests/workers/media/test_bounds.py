"""What a file declares costs what it is, not what it says: small files stay cheap, whatever."""

import time
from pathlib import Path

import pytest

from tests.workers.media import boxes, clips
from topics.errors import ContentError, MediaLimit, TooLarge, Unreadable
from workers.media.clip import Clip, Media

pytestmark = pytest.mark.asyncio(loop_scope="module")
TIMES = [i / 8 for i in range(24)]
MOST = 0x7FFFFFFF
SECONDS_MAX, MIB_MAX = 10.0, 200.0  # of a file of some kilobytes, on a busy machine

# which box, where behind its name, what it says: 2^31 frames, offsets, edits; sizes of 4 GiB
IN_BOXES = {
    "frames in runs": (b"stts", 8, MOST),
    "frames in one run": (b"stts", 12, MOST),
    "sizes of frames": (b"stsz", 12, MOST),
    "chunks": (b"stco", 8, MOST),
    "frames in a chunk": (b"stsc", 12, MOST),
    "offsets of frames": (b"ctts", 8, MOST),
    "key frames": (b"stss", 8, MOST),
    "edits": (b"elst", 8, MOST),
    "descriptions": (b"stsd", 8, MOST),
    "the film's size": (b"moov", -4, 0xFFFFFFFF),
    "the media's size": (b"mdat", -4, 0xFFFFFFFF),
    "a track's size": (b"trak", -4, 0xFFFFFFFF),
    "the codec's size": (b"avcC", -4, 0xFFFFFFFF),
    "width and height": (b"avc1", 28, 0xFFFFFFFF),
    "units a second": (b"mdhd", 16, 0xFFFFFFFF),
    "the film's length": (b"mvhd", 20, 0xFFFFFFFF),
}
IN_AVI = {  # all little-endian
    "frames": (b"avih", 20, MOST),
    "streams": (b"avih", 28, 65_535),
    "the buffer": (b"avih", 32, 0xFFFFFFFF),
    "seconds a frame": (b"strh", 24, 0xFFFFFFFF),
    "frames a second": (b"strh", 28, 0xFFFFFFFF),
    "the length": (b"strh", 36, MOST),
    "the file's size": (b"RIFF", 4, 0xFFFFFFFF),
    "width": (b"strf", 12, MOST),
}


async def ended(media: Media, path: Path) -> Clip | ContentError:
    """A clip, or why not, and it took neither long nor much."""
    began = time.monotonic()
    try:
        async with media.clip(path.as_uri(), sha256=None, side=16, deadline_seconds=30) as clip:
            assert clip.media_rss_mib < MIB_MAX
            return clip
    except ContentError as error:
        assert isinstance(error, Unreadable | TooLarge | MediaLimit), error
        return error
    finally:
        assert time.monotonic() - began < SECONDS_MAX


@pytest.mark.parametrize("what", IN_BOXES)
async def test_an_mp4_may_declare_what_it_likes(media: Media, tmp_path: Path, what: str) -> None:
    made = clips.video(tmp_path / "v.mp4", TIMES, sound_seconds=3.0)
    made.write_bytes(boxes.with_number(made.read_bytes(), *IN_BOXES[what]))
    await ended(media, made)


@pytest.mark.parametrize("what", IN_AVI)
async def test_an_avi_may_declare_what_it_likes(media: Media, tmp_path: Path, what: str) -> None:
    name, place, number = IN_AVI[what]
    made = clips.video(tmp_path / "v.avi", TIMES, codec="mpeg4")
    whole = bytearray(made.read_bytes())
    start = whole.find(name) + place
    whole[start : start + 4] = number.to_bytes(4, "little")
    made.write_bytes(whole)
    await ended(media, made)


@pytest.mark.parametrize("count", [1000, 65_535])
async def test_tens_of_thousands_of_streams_are_refused(
    media: Media, tmp_path: Path, count: int
) -> None:
    made = clips.video(tmp_path / "v.mp4", TIMES[:4])
    made.write_bytes(boxes.with_more_tracks(made.read_bytes(), count))
    assert isinstance(await ended(media, made), TooLarge | MediaLimit)


async def test_a_box_of_a_million_runs_of_two_billion_frames_ends(
    media: Media, tmp_path: Path
) -> None:
    made = clips.video(tmp_path / "v.mp4", TIMES)
    runs = (MOST.to_bytes(4, "big") + (1).to_bytes(4, "big")) * 1_000_000
    table = boxes.box(b"stts", bytes(4) + (1_000_000).to_bytes(4, "big") + runs)
    sizes = boxes.box(b"stsz", bytes(4) + (1).to_bytes(4, "big") + MOST.to_bytes(4, "big"))
    timed = boxes.replaced(made.read_bytes(), b"stts", table)
    made.write_bytes(boxes.replaced(timed, b"stsz", sizes))
    await ended(media, made)

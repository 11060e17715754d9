"""Cut and holed files are judged on what is left of them, and the coverage tells where it can."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from tests.test_formats import ENCODED, EVERY_FRAME, MPEG2, MPEG4, SIDE, THEORA, VP8, X264
from tests.workers.media import clips, second_opinion
from topics.errors import Unreadable
from workers.media.clip import Media

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media() -> AsyncIterator[Media]:
    media = Media(root=Path("/"), decoding=EVERY_FRAME)
    await media.start()
    yield media
    await media.stop()


def patches(count: int) -> list[clips.Pixels]:
    """Pictures that are alike in size, so that a share of the bytes is a share of the time."""
    chance = np.random.default_rng(0)
    small = [chance.integers(0, 255, (6, 8, 3), dtype=np.uint8) for _ in range(count)]
    return [np.kron(one, np.ones((16, 16, 1), np.uint8)) for one in small]


CUT = {  # name: how it is encoded, whether its container tells that it is cut
    "front.mp4": (f"{X264} -movflags faststart", True),
    "fragments.mp4": (f"{X264} -movflags frag_keyframe+empty_moov", True),
    "cut.mkv": (X264, True),
    "cut.webm": (f"{VP8} -b:v 1M", True),
    "cut.flv": (X264, True),
    "cut.avi": (MPEG4, True),
    "cut.rm": ("-c:v rv20", True),
    "cut.ts": (X264, False),
    "cut.mpg": (MPEG2, False),
    "cut.ogv": (THEORA, False),
    "cut.wmv": ("-c:v wmv2", False),
    "cut.gif": ("-c:v gif", False),
}


@pytest.mark.parametrize("name", CUT)
async def test_a_cut_file_is_judged_on_what_is_left(
    media: Media, tmp_path: Path, name: str
) -> None:
    options, tells = CUT[name]
    path = second_opinion.encode(tmp_path / name, patches(100), *options.split())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    uri = path.as_uri()
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=60) as clip:
        scored = len(clip.sampled.seen)
        assert 45 <= scored <= 65
        assert clip.truncated == tells
        assert not tells or clip.frames_expected > scored or name in ("cut.avi", "fragments.mp4")
        assert clip.content.duration_seconds < 3.0


async def test_an_mp4_cut_before_its_table_of_contents_is_unreadable(
    media: Media, tmp_path: Path
) -> None:
    path = second_opinion.encode(tmp_path / "v.mp4", patches(20), *X264.split())
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(Unreadable):
        async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=60):
            pass


HOLED = {  # name: whether it is told; who seeks the next packet in FLV silently leaves a pause
    **dict.fromkeys(("h264.mp4", "h264.mkv", "h264.ts", "mpeg4.avi", "mpeg2.mpg"), True),
    "h264.flv": False,
}


@pytest.mark.parametrize("name", HOLED)
async def test_a_hole_costs_the_frames_in_it(media: Media, tmp_path: Path, name: str) -> None:
    path = second_opinion.encode(tmp_path / name, patches(100), *ENCODED[name][0].split())
    damaged = bytearray(path.read_bytes())
    middle, size = len(damaged) // 2, len(damaged) // 20
    damaged[middle : middle + size] = bytes(size)
    path.write_bytes(damaged)
    async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=60) as clip:
        assert 75 <= len(clip.sampled.seen) < 100
        assert (clip.decode_errors > 0) == HOLED[name]

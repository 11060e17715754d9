"""A child answers damaged files with frames or with a refusal, and the worker stays well."""

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.workers.media import clips
from topics.errors import ContentError
from workers.media.clip import Media

pytestmark = pytest.mark.asyncio(loop_scope="module")
MUTATIONS = 48


def mutated(data: bytes, luck: random.Random) -> bytes:
    """Flipped bytes anywhere, flipped bytes in the head, a cut, or a stretch of noise."""
    damaged, where = bytearray(data), luck.randrange(len(data))
    match luck.randrange(4):
        case 0:
            for _ in range(20):
                damaged[luck.randrange(len(data))] = luck.randrange(256)
        case 1:
            damaged[luck.randrange(min(len(data), 1500))] = luck.choice([0, 127, 128, 255])
        case 2:
            del damaged[where:]
        case 3:
            damaged[where : where + 200] = luck.randbytes(luck.randrange(1, 300))
    return bytes(damaged) or b"\0"


async def test_damaged_files_never_hurt_the_worker(media: Media, tmp_path: Path) -> None:
    luck, ends = random.Random(7), Counter[str]()
    times = [i / 8 for i in range(24)]
    whole = [
        clips.video(tmp_path / "a.mp4", times, sound_seconds=3.0).read_bytes(),
        clips.video(tmp_path / "b.mkv", times, sound_seconds=3.0).read_bytes(),
        clips.video(tmp_path / "c.avi", times, codec="mpeg4").read_bytes(),
        clips.sound(tmp_path / "d.mp3", 3.0, cover=True).read_bytes(),
    ]
    server = media.sandbox.server_pid
    for number in range(MUTATIONS):
        path = tmp_path / str(number)
        path.write_bytes(mutated(whole[number % len(whole)], luck))
        try:
            async with media.clip(path.as_uri(), sha256=None, side=16, deadline_seconds=20):
                ends["judged"] += 1
        except ContentError as error:
            ends[error.reason] += 1
    assert media.sandbox.server_pid == server
    assert set(ends) == {"judged", "unreadable"}

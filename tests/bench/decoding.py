"""Seconds of video per second from an address to frames, and the memory that it takes.

The media side alone, as the worker uses it: fetch, then a sandboxed child at one frame a second.
decode_realtime_factor: one clip at a time, its threads use both cores
"""

import asyncio
import statistics
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.say import say
from workers.media.clip import Clip, Media

REALTIME_MIN = 11
MEDIA_RSS_MIB_MAX = 300
SIDE = 96


def measure(film: Path, *, rounds: int) -> list[Figure]:
    """decode_realtime_factor and media_rss_mib."""
    taken = asyncio.run(_clips(film, rounds))
    factors = [clip.content.duration_seconds / clip.decode_seconds for clip in taken]
    fetch, rss = (
        statistics.median(c.fetch_seconds for c in taken),
        max(c.media_rss_mib for c in taken),
    )
    seconds = taken[0].content.duration_seconds
    say(f"  times real time, by round: {', '.join(f'{factor:.1f}' for factor in factors)}")
    return [
        Figure(
            name="decode_realtime_factor",
            value=round(statistics.median(factors), 1),
            target=REALTIME_MIN,
            note=f"{seconds:.0f} s of 720p30 at 1 fps; fetching took {fetch:.2f} s more",
        ),
        Figure(
            name="media_rss_mib",
            value=round(rss),
            target=MEDIA_RSS_MIB_MAX,
            better="less",
            note="peak of a media process at 720p",
        ),
    ]


async def _clips(film: Path, rounds: int) -> list[Clip]:
    media = Media(root=film.parent)
    await media.start()
    try:
        return [await _clip(media, film) for _ in range(rounds)]
    finally:
        await media.stop()


async def _clip(media: Media, film: Path) -> Clip:
    async with media.clip(film.as_uri(), sha256=None, side=SIDE, deadline_seconds=300) as clip:
        return clip

"""Seconds of video per second from an address to frames, the memory that it takes, and the start.

The media side alone, as the worker uses it: fetch, then a sandboxed child. One clip at a time, its
threads use both cores.
decode_realtime_factor:   one frame a second, with scene cuts and hashes
keyframe_realtime_factor: the nearest key frames alone
child_start_ms:           from the request to the answer with the first frame of a small clip: fork,
                          jail, open, index, decode
"""

import asyncio
import statistics
from pathlib import Path

from tests.bench import films
from tests.bench.figure import Figure
from tests.bench.say import say
from workers.media.clip import Clip, Media
from workers.media.limits import DecodeLimits

REALTIME_MIN, KEYFRAMES_REALTIME_MIN = 12, 40
MEDIA_RSS_MIB_MAX = 300
START_MS_MAX = 20
SIDE = 96
DEADLINE_SECONDS = 60  # of an upload


def measure(film: Path, *, rounds: int) -> list[Figure]:
    """Both realtime factors."""
    return [
        _realtime("decode_realtime_factor", film, DecodeLimits(), REALTIME_MIN, rounds),
        _realtime(
            "keyframe_realtime_factor",
            film,
            DecodeLimits(keyframes=True),
            KEYFRAMES_REALTIME_MIN,
            rounds,
        ),
    ]


def memory(*films: Path) -> list[Figure]:
    """media_rss_mib: the largest of the peaks over these films."""
    clips = [asyncio.run(_clips(film, DecodeLimits(), 1))[0] for film in films]
    return [
        Figure(
            name="media_rss_mib",
            value=round(max(clip.media_rss_mib for clip in clips)),
            target=MEDIA_RSS_MIB_MAX,
            better="less",
            note="peak of a media process: " + ", ".join(map(_cost, clips)),
        ),
    ]


def _cost(clip: Clip) -> str:
    took, content = clip.fetch_seconds + clip.decode_seconds, clip.content
    length = f"{content.duration_seconds:.0f} s of {content.height}p"
    return f"{clip.media_rss_mib:.0f} for {length} in {took:.1f} s"


def start(*, rounds: int) -> list[Figure]:
    """child_start_ms, and the same for a longer clip, whose index takes longer to read."""
    one, ten = (_first_frame_ms(films.small(seconds), rounds) for seconds in (1, 10))
    return [
        Figure(
            name="child_start_ms",
            value=round(statistics.median(one), 1),
            target=START_MS_MAX,
            better="less",
            note=f"median of {rounds}, from {min(one):.1f} to {max(one):.1f}; 1 s of 320x180 H.264",
        ),
        Figure(
            name="child_start_10s_ms", value=round(statistics.median(ten), 1), note="10 s of it"
        ),
    ]


def _first_frame_ms(film: Path, rounds: int) -> list[float]:
    taken = asyncio.run(_clips(film, DecodeLimits(frames_max=1, scene_cuts=False), rounds))
    return [1000 * clip.decode_seconds for clip in taken]


def _realtime(name: str, film: Path, limits: DecodeLimits, target: float, rounds: int) -> Figure:
    taken = asyncio.run(_clips(film, limits, rounds))
    seconds = taken[0].content.duration_seconds
    factors = [seconds / clip.decode_seconds for clip in taken]
    say(f"  {name}, by round: {', '.join(f'{factor:.1f}' for factor in factors)}")
    fetch = statistics.median(clip.fetch_seconds for clip in taken)
    return Figure(
        name=name,
        value=round(statistics.median(factors), 1),
        target=target,
        note=f"{seconds:.0f} s of 720p30, {len(taken[0].sampled.seen)} frames; "
        f"fetching took {fetch:.2f} s more",
    )


async def _clips(film: Path, limits: DecodeLimits, rounds: int) -> list[Clip]:
    media = Media(root=film.parent, decoding=limits)
    await media.start()
    try:
        return [await _clip(media, film) for _ in range(rounds)]
    finally:
        await media.stop()


async def _clip(media: Media, film: Path) -> Clip:
    uri = film.as_uri()
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=DEADLINE_SECONDS) as clip:
        return clip

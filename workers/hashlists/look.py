"""Hash a file's frames and ask the lists about them, for people at a command line.

The file is decoded as a worker would do it: in the sandbox, with the sampling of the settings.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from topics.errors import StoreFault, UsageError
from topics.verdicts import KnownContent
from workers.media.answers import Seen
from workers.media.clip import Media
from workers.media.limits import DecodeLimits
from workers.settings import Settings

from .held import HeldLists, ListsInForce
from .match import known_content

_HASH = re.compile(r"[0-9a-fA-F]{64}")
_SIDE = 96  # of the squares, which nobody looks at


@dataclass(frozen=True, kw_only=True)
class Hashed:
    """Frames with their hashes; a hash that was given as such is one frame of a still."""

    frames: tuple[Seen, ...]
    frame_seconds: float
    duration_seconds: float


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the lists say about a file or hash."""

    source: str
    frames: int
    matches: tuple[KnownContent, ...]
    hashlists: dict[str, str]


async def lists_at(url: str) -> ListsInForce:
    """The lists at a place, all of them. raises: StoreFault when one cannot be read."""
    lists = HeldLists(url)
    await lists.look()
    if lists.problems():
        raise StoreFault("; ".join(lists.problems()))
    return lists.snapshot()


async def look_up(source: str, lists: ListsInForce, settings: Settings) -> Found:
    """What the lists say about a file, or about a hash of 64 digits."""
    if _HASH.fullmatch(source):
        frame = Seen(pts_seconds=0.0, square=0, pdq=source.lower(), quality=100)
        hashed = Hashed(frames=(frame,), frame_seconds=1.0, duration_seconds=0.0)
    else:
        hashed = await hash_file(Path(source), settings)
    return Found(
        source=source,
        frames=len(hashed.frames),
        matches=await known_content(
            lists.lists, hashed.frames, hashed.frame_seconds, hashed.duration_seconds
        ),
        hashlists=lists.versions,
    )


async def hash_file(path: Path, settings: Settings) -> Hashed:
    """The hashed frames of a picture or video. raises: UsageError, and what a clip raises."""
    if not path.is_file():
        raise UsageError(f"{path} is no file, and no hash of 64 hexadecimal digits")
    path = path.resolve()
    decoding = DecodeLimits(
        step_seconds=settings.frame_seconds,
        frames_max=settings.frames_max,
        scene_cuts=settings.scene_cuts,
        unsandboxed=settings.unsandboxed,
    )
    media = Media(root=path.parent, decoding=decoding)
    await media.start()
    try:
        async with media.clip(
            path.as_uri(), sha256=None, side=_SIDE, deadline_seconds=settings.job_seconds
        ) as clip:
            return Hashed(
                frames=clip.sampled.seen,
                frame_seconds=clip.frame_seconds,
                duration_seconds=clip.content.duration_seconds,
            )
    finally:
        await media.stop()

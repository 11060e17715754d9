"""Look at one file as a worker would: the same fetch, sandbox and sampling; no engine judges it.

Where windows are asked for, faces and voices are looked for too. A failure is the worker's own.
"""

import asyncio
from pathlib import Path

import msgspec

from engines.presence.shape import SIDE
from topics.verdicts import Content, Coverage, KnownContent, Provenance

from .decoding import decode_limits
from .find_windows import Found, find_windows
from .hashlists.held import HeldLists
from .hashlists.match import known_content
from .judge import coverage
from .media.answers import Seen
from .media.clip import Clip, Media
from .media.uri import masked
from .origins import fetch_limits
from .presence import Presence
from .settings import Settings
from .submit import address


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker sees of a file.

    sampled: every chosen frame; `square` is shared by near-identical ones
    windows: None where they were not asked for
    """

    uri: str
    size_bytes: int
    content: Content
    has_picture: bool
    coverage: Coverage
    decoder: str
    sampling: str
    frame_seconds: float
    sampled: tuple[Seen, ...]
    provenance: Provenance
    known_content: tuple[KnownContent, ...]
    lists_complete: bool
    windows: Found | None = None
    confinement: str = ""
    fetch_seconds: float
    decode_seconds: float
    media_rss_mib: float


async def inspect(given: str, settings: Settings, *, windows: bool) -> Inspection:
    """given: a file, which may lie anywhere, or an address that this worker may fetch.

    raises: UsageError; ContentError, TransientError and FaultError as a worker would class them
    """
    uri, root = _place(given, settings)
    media = Media(root=root, fetching=fetch_limits(settings), decoding=decode_limits(settings))
    lists = HeldLists(settings.hashlists)
    await lists.look()
    await media.start()
    try:
        deadline = asyncio.get_running_loop().time() + settings.job_seconds
        async with media.clip(
            uri, sha256=None, side=SIDE, deadline_seconds=settings.job_seconds
        ) as clip:
            seen = await _seen(clip, uri, lists)
            found = await _windows(clip, settings, deadline) if windows else None
            confinement = str(media.sandbox.confinement)
            return msgspec.structs.replace(seen, windows=found, confinement=confinement)
    finally:
        await media.stop()


def _place(given: str, settings: Settings) -> tuple[str, Path | None]:
    """The address, and the folder below which files may lie."""
    uri = address(given)
    if uri != given:
        return uri, Path(given).resolve().parent
    return uri, Path(settings.fetch_root) if settings.fetch_root else None


async def _seen(clip: Clip, uri: str, lists: HeldLists) -> Inspection:
    held, duration = lists.snapshot(), clip.content.duration_seconds
    return Inspection(
        uri=masked(uri),
        size_bytes=clip.asker.source.size_bytes,
        content=clip.content,
        has_picture=clip.has_picture,
        coverage=coverage(clip),
        decoder=clip.decoder,
        sampling=clip.limits.sampling,
        frame_seconds=clip.frame_seconds,
        sampled=clip.sampled.seen,
        provenance=await clip.provenance(),
        known_content=await known_content(
            held.lists, clip.sampled.seen, clip.frame_seconds, duration
        ),
        lists_complete=held.complete,
        fetch_seconds=clip.fetch_seconds,
        decode_seconds=clip.decode_seconds,
        media_rss_mib=clip.media_rss_mib,
    )


async def _windows(clip: Clip, settings: Settings, deadline: float) -> Found:
    presence = Presence(threads=settings.engine_threads)
    await presence.start()
    try:
        return await find_windows(clip, presence, deadline=deadline)
    finally:
        await presence.stop()

"""Turn an upload's address into a Source: the scheme says how, transient failures get more tries.

Schemes by exact match: file, http, https, s3, gs.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

from topics.errors import FetchRefused, FetchTimeout, HashMismatch, TransientError

from .fetch_file import Files, fetch_file
from .fetch_http import fetch_http
from .fetch_object import fetch_object
from .limits import FetchLimits
from .source import Intake, Source
from .uri import masked, scheme

_FIRST_PAUSE = 0.2  # seconds, doubled per try, times a random factor in [0.5, 1.5]


async def fetch(
    uri: str,
    *,
    root: Path | None,
    limits: FetchLimits,
    sha256: str | None = None,
    folder: Path | None = None,
) -> Source:
    """Fetch an upload; the caller closes the Source.

    root:    file addresses must lie below it; None refuses them all
    sha256:  what the upload record promises, if it does
    folder:  where the bytes lie meanwhile
    raises:  ContentError by kind; TransientError when the last try failed too
    """
    attempt = _attempt(uri, root, limits, folder)
    try:
        async with asyncio.timeout(limits.seconds):
            source = await _patiently(attempt, limits.tries)
    except TimeoutError as error:
        raise FetchTimeout(f"{masked(uri)} took over {limits.seconds:g} s") from error
    if sha256 and source.sha256 != sha256.lower():
        source.close()
        raise HashMismatch(f"expected sha256 {sha256}, got {source.sha256} from {masked(uri)}")
    return source


def _attempt(
    uri: str, root: Path | None, limits: FetchLimits, folder: Path | None
) -> Callable[[], Awaitable[Source]]:
    kind = scheme(uri)
    if kind == "file":
        files = Files(root, limits.own_folders)
        return lambda: asyncio.to_thread(fetch_file, uri, files, Intake(limits.max_bytes, folder))
    if kind in ("http", "https"):
        return lambda: fetch_http(uri, limits, Intake(limits.max_bytes, folder))
    if kind in ("s3", "gs"):
        return lambda: fetch_object(uri, limits, Intake(limits.max_bytes, folder))
    raise FetchRefused(f"expected a file, http, https, s3 or gs address, got {masked(uri)!r}")


async def _patiently(attempt: Callable[[], Awaitable[Source]], tries: int) -> Source:
    for tried in range(1, tries):
        try:
            return await attempt()
        except TransientError:
            await asyncio.sleep(_FIRST_PAUSE * 2 ** (tried - 1) * random.uniform(0.5, 1.5))
    return await attempt()

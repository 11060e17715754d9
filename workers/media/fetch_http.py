"""Download an http(s) address into a Source: one try, redirects by hand.

Every hop is judged as the first one was (address.py, download.py); https never goes down to http.
"""

import re
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from topics.errors import FetchRefused

from .address import Lookup, check_host, look_up
from .download import failures_of, session, take
from .limits import FetchLimits
from .source import Intake, Source
from .uri import check_characters, masked, scheme

_PATH = re.compile(r"^(?!//)[^:/?#]*([/?#]|$)")  # no colon may end a scheme, no `//` begin a host
_WHOLE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//[^/?#]", re.IGNORECASE)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def fetch_http(
    uri: str, limits: FetchLimits, intake: Intake, *, lookup: Lookup = look_up
) -> Source:
    """One try.

    lookup: all addresses of a name
    raises: FetchRefused, NotFound, TooLarge; transient errors are worth another try
    """
    try:
        with failures_of(uri):
            async with session(limits, lookup) as client:
                await _follow(client, uri, limits, intake)
            return intake.finish()
    finally:
        intake.discard()


async def _follow(
    client: aiohttp.ClientSession, uri: str, limits: FetchLimits, intake: Intake
) -> None:
    for _ in range(limits.redirects + 1):
        check_host(uri, limits.internal)
        target = URL(uri, encoded=uri.isascii())  # signed addresses must not be quoted anew
        async with client.get(target, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                return await take(response, limits, intake)
            uri = next_hop(uri, response.headers.get("Location", ""))
    raise FetchRefused(f"more than {limits.redirects} redirects, the last to {masked(uri)}")


def next_hop(uri: str, location: str) -> str:
    """Where a redirect leads. raises: FetchRefused for other schemes and for https to http."""
    check_characters(location)  # before urljoin, which drops some of them
    if not _PATH.match(location) and not _WHOLE.match(location):
        raise FetchRefused(f"redirect from {masked(uri)} to {masked(location)!r}, in two readings")
    target = urljoin(uri, location)
    if scheme(target) not in ("https", scheme(uri)):
        raise FetchRefused(f"redirect from {masked(uri)} to {masked(target)}")
    return target

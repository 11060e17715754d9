"""Download an http(s) address into a Source: one try, redirects by hand.

The environment's proxies and cookies are ignored, bodies are taken as they are (identity encoding),
https never goes down to http; address.py judges every hop before it is connected to.
"""

from urllib.parse import urljoin

import aiohttp
from yarl import URL

from topics.errors import (
    FetchRefused,
    FetchTimeout,
    NotFound,
    ReelguardError,
    ServerFailure,
    Throttled,
    TooLarge,
)

from .address import JudgedResolver, check_host
from .limits import FetchLimits
from .source import Intake, Source
from .uri import masked, scheme

_PIECE = 256 * 1024  # bytes
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def fetch_http(uri: str, limits: FetchLimits, intake: Intake) -> Source:
    """One try. raises: FetchRefused, NotFound, TooLarge; transient errors are worth another try."""
    try:
        async with _session(limits) as session:
            await _follow(session, uri, limits, intake)
        return intake.finish()
    except TimeoutError as error:
        raise FetchTimeout(f"no answer in time from {masked(uri)}") from error
    except (aiohttp.InvalidURL, aiohttp.ClientSSLError, ValueError) as error:
        raise FetchRefused(f"cannot fetch {masked(uri)}: {type(error).__name__}") from error
    except (aiohttp.ClientError, OSError) as error:
        raise ServerFailure(f"cannot fetch {masked(uri)}: {type(error).__name__}") from error
    finally:
        intake.discard()


def _session(limits: FetchLimits) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        trust_env=False,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity", "User-Agent": "reelguard"},
        connector=aiohttp.TCPConnector(
            resolver=JudgedResolver(internal=limits.internal),
            use_dns_cache=False,
            force_close=True,
        ),
        timeout=aiohttp.ClientTimeout(
            total=limits.seconds,
            sock_connect=limits.connect_seconds,
            sock_read=limits.read_seconds,
        ),
    )


async def _follow(
    session: aiohttp.ClientSession, uri: str, limits: FetchLimits, intake: Intake
) -> None:
    for _ in range(limits.redirects + 1):
        target = URL(uri, encoded=uri.isascii())  # signed addresses must not be quoted anew
        check_host(target, internal=limits.internal)
        async with session.get(target, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                return await _take(response, limits, intake)
            uri = next_hop(uri, response.headers.get("Location", ""))
    raise FetchRefused(f"more than {limits.redirects} redirects, the last to {masked(uri)}")


def next_hop(uri: str, location: str) -> str:
    """Where a redirect leads. raises: FetchRefused for other schemes and for https to http."""
    target = urljoin(uri, location)
    if scheme(target) not in ("https", scheme(uri)):
        raise FetchRefused(f"redirect from {masked(uri)} to {masked(target)}")
    return target


async def _take(response: aiohttp.ClientResponse, limits: FetchLimits, intake: Intake) -> None:
    if failure := _failure(response):
        raise failure
    if (response.content_length or 0) > limits.max_bytes:
        raise TooLarge(f"{response.content_length} bytes declared, limit {limits.max_bytes}")
    async for piece in response.content.iter_chunked(_PIECE):
        intake.write(piece)


def _failure(response: aiohttp.ClientResponse) -> ReelguardError | None:
    status = response.status
    message = f"status {status} from {masked(str(response.url))}"
    if status in (404, 410):
        return NotFound(message)
    if status == 429:
        return Throttled(message)
    if status == 408:
        return FetchTimeout(message)
    if status >= 500:
        return ServerFailure(message)
    if status != 200:
        return FetchRefused(message)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return FetchRefused(f"encoded body from {masked(str(response.url))}")
    return None

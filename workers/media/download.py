"""GET one http(s) address into an Intake: judged, bounded in bytes and time, taken as it is.

No redirect, no proxy of the environment, no cookie, no unpacking; the certificate must be that of
the host as it was written. Whoever calls decides where the next hop leads.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import aiohttp

from topics.errors import (
    FetchRefused,
    FetchTimeout,
    NotFound,
    ReelguardError,
    ServerFailure,
    Throttled,
    TooLarge,
)

from .address import JudgedResolver, Lookup, judged_socket, look_up
from .limits import FetchLimits
from .source import Intake
from .uri import masked

_PIECE = 256 * 1024  # bytes
_LINE_BYTES_MAX = 8190  # of the status, and of a header
_HEADERS_MAX = 128
_AS_IT_IS = {"Content-Encoding": ("", "identity"), "Transfer-Encoding": ("", "chunked")}


def session(limits: FetchLimits, lookup: Lookup = look_up) -> aiohttp.ClientSession:
    """Where hops are made from. lookup: all addresses of a name, asked for once a hop."""
    return aiohttp.ClientSession(
        trust_env=False,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity", "User-Agent": "reelguard"},
        max_line_size=_LINE_BYTES_MAX,
        max_field_size=_LINE_BYTES_MAX,
        max_headers=_HEADERS_MAX,
        connector=aiohttp.TCPConnector(
            resolver=JudgedResolver(limits.internal, lookup),
            socket_factory=judged_socket(limits.internal),
            ssl=trusted(),
            use_dns_cache=False,
            force_close=True,
        ),
        timeout=aiohttp.ClientTimeout(
            total=limits.seconds,
            sock_connect=limits.connect_seconds,
            sock_read=limits.read_seconds,
        ),
    )


@cache
def trusted() -> ssl.SSLContext:
    """The certificate authorities of the system, or those that SSL_CERT_FILE names."""
    return ssl.create_default_context()


@contextmanager
def failures_of(uri: str) -> Iterator[None]:
    """Turn what the client raises into errors of ours, which show no query."""
    try:
        yield
    except TimeoutError as error:
        raise FetchTimeout(f"no answer in time from {masked(uri)}") from error
    except (aiohttp.InvalidURL, aiohttp.ClientSSLError, ValueError) as error:
        raise FetchRefused(f"cannot fetch {masked(uri)}: {type(error).__name__}") from error
    except (aiohttp.ClientError, OSError) as error:
        raise ServerFailure(f"cannot fetch {masked(uri)}: {type(error).__name__}") from error


async def take(response: aiohttp.ClientResponse, limits: FetchLimits, intake: Intake) -> None:
    """The whole body. raises: what `failure` returns, and TooLarge."""
    if failed := failure(response):
        raise failed
    if (response.content_length or 0) > limits.max_bytes:
        raise TooLarge(f"{response.content_length} bytes declared, limit {limits.max_bytes}")
    async for piece in response.content.iter_chunked(_PIECE):
        intake.write(piece)


def failure(response: aiohttp.ClientResponse) -> ReelguardError | None:
    """What an answer means that is no video."""
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
    if _is_packed(response.headers):
        return FetchRefused(f"encoded body from {masked(str(response.url))}")
    return None


def _is_packed(headers: Mapping[str, str]) -> bool:
    return any(headers.get(name, "").lower() not in plain for name, plain in _AS_IT_IS.items())

"""Say which hosts an upload may come from, before a connection is made, and pin the connection.

A name is looked up once a hop and all its answers are judged; the connection goes to these very
answers, so a second answer is never asked for. Literal addresses never reach a resolver, so
`check_host` judges them as written; `judged_socket` judges whatever is connected to once more.
networks.py says which addresses are fine.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from topics.errors import FetchRefused

from .networks import Network, refusal

_AUTHORITY = re.compile(r"^[a-z]+://([^/?#]*)", re.IGNORECASE)
_HOST_PORT = re.compile(r"^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?$", re.IGNORECASE)
_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$", re.IGNORECASE)
_NUMERIC = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$", re.IGNORECASE)  # a last label that is no name
_NAME_MAX = 253  # characters

Lookup = Callable[[str], Awaitable[list[str]]]
AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]


class JudgedResolver(AbstractResolver):
    """A resolver whose answers are taken whole or not at all."""

    def __init__(self, internal: tuple[Network, ...], lookup: Lookup) -> None:
        """internal: networks that are fine although not public; lookup: all answers for a name."""
        self._internal = internal
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of the host. raises: FetchRefused if one of them is out of bounds."""
        answers = await self._lookup(host)
        if not answers:
            raise OSError(f"no address is known for {host}")
        for answer in answers:
            _judge(answer, host, self._internal)
        return [
            ResolveResult(
                hostname=host,
                host=answer,
                port=port,
                family=socket.AF_INET6 if ":" in answer else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for answer in answers
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def look_up(host: str) -> list[str]:
    """Every address that the system knows for a name.

    A thread for each: a name server that never answers must not hold threads that others wait for.
    """
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="look_up")
    try:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(pool, _ask_system, host)
    finally:
        pool.shutdown(wait=False)
    return list(dict.fromkeys(found))


def check_host(uri: str, internal: tuple[Network, ...]) -> None:
    """Judge the host as written: a plain name, or a canonical address that may be connected to.

    raises: FetchRefused, for user info, ports out of range and everything else that is no host too
    """
    authority = _AUTHORITY.match(uri)
    parts = _HOST_PORT.match(authority[1]) if authority else None
    if not parts or not 0 < int((parts[2] or ":80")[1:]) < 65_536:
        raise FetchRefused("expected a plain host name, with or without a port")
    host = parts[1].removesuffix(".")
    if host.startswith("["):
        return _judge(host[1:-1], host, internal)
    labels = host.split(".")
    if _NUMERIC.match(labels[-1]):
        return _judge(host, host, internal)
    if len(host) > _NAME_MAX or not all(map(_LABEL.match, labels)):
        raise FetchRefused(f"expected a plain host name, got {host!r}")
    if (URL(uri, encoded=True).raw_host or "").lower().removesuffix(".") != host.lower():
        raise FetchRefused(f"expected a plain host name, got {host!r}, which reads in two ways")
    return None


def judged_socket(internal: tuple[Network, ...]) -> Callable[[AddressInfo], socket.socket]:
    """Make sockets for addresses that may be connected to, and for no others."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, where = info
        _judge(where[0], where[0], internal)
        return socket.socket(family, kind, protocol)

    return make


def _judge(text: str, host: str, internal: tuple[Network, ...]) -> None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise FetchRefused(f"expected a canonical address, got {text!r}") from error
    if why := refusal(address, internal):
        raise FetchRefused(f"{host} is {address}, {why}: uploads may not come from there")


def _ask_system(host: str) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]

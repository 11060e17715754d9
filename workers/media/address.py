"""Say which network addresses an upload may come from, before a connection is made.

A name is looked up once and all its answers are judged; the connection goes to these very answers,
so a second answer is never asked for. Literal addresses never reach the resolver: `check_host`.
Refused: private, link-local, loopback, multicast and reserved, also inside IPv6 (mapped, NAT64),
and the tunnels 6to4 and Teredo whole. `internal` readmits private and loopback, never link-local.
"""

import ipaddress
import re
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from topics.errors import FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NUMERIC = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$", re.IGNORECASE)  # a last label that is no name
_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TUNNELS = tuple(map(ipaddress.IPv6Network, ("2001::/32", "2002::/16", "3fff::/20")))
_RESERVED = tuple(
    map(
        ipaddress.IPv4Network,
        ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"),  # global, says the standard library
    )
)


class JudgedResolver(AbstractResolver):
    """The system's resolver, whose answers are taken whole or not at all."""

    def __init__(self, *, internal: bool) -> None:
        """internal: whether private and loopback addresses are fine."""
        self._internal = internal
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address of the host. raises: FetchRefused if one of them is out of bounds."""
        answers = await self._system.resolve(host, port, family)
        for answer in answers:
            _check(answer["host"], host, internal=self._internal)
        return answers

    async def close(self) -> None:
        """Nothing is held."""


def check_host(url: URL, *, internal: bool) -> None:
    """Judge the host as written. raises: FetchRefused."""
    host = (url.host or "").rstrip(".")
    if not host or not host.isascii() or "%" in host:
        raise FetchRefused(f"expected a plain host name, got {host!r}")
    if ":" in host or _NUMERIC.match(host.rpartition(".")[2]):
        _check(host, host, internal=internal)


def allowed(address: Address, *, internal: bool) -> bool:
    """Whether an upload may come from this address."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = _inside(address)
        if inside is None:
            if internal and (address.is_loopback or address in ipaddress.IPv6Network("fc00::/7")):
                return True
            return address in _UNICAST and not any(address in net for net in _TUNNELS)
        address = inside
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if any(address in network for network in _RESERVED):
        return False
    return address.is_global or (internal and (address.is_private or address.is_loopback))


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped


def _check(text: str, host: str, *, internal: bool) -> None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise FetchRefused(f"expected a canonical address, got {text!r}") from error
    if not allowed(address, internal=internal):
        raise FetchRefused(f"{host} is {address}, which uploads may not come from")

"""Say whether an upload may come from a network address. Pure: no name, no connection.

Allowed is what the internet routes to, and the internal networks that an operator names; never
link-local, metadata, multicast or reserved addresses, named or not. IPv6 is allowed inside 2000::/3
alone, and an IPv4 address that it carries is judged too (mapped and NAT64 by it, others as well).
Source: the IANA special-purpose registries. Differences: 1) own lists beside the standard library's
`is_global`, which changes between patch levels and calls NAT64, ISATAP and 5f00::/16 global;
2) the tunnels 6to4 and Teredo, and addresses for protocols, are refused whole.
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


EVERYWHERE = _networks("0.0.0.0/0", "::/0")  # for servers that an operator names, not an upload
NEVER = _networks(
    "169.254.0.0/16", "fe80::/10",  # link-local: the metadata of most clouds
    "fd00:ec2::/32", "fd20:ce::254/128",  # metadata in IPv6: Amazon, Google
    "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32",  # Alibaba, Azure, Oracle
    "0.0.0.0/8", "::/128",  # this host
    "224.0.0.0/4", "ff00::/8", "240.0.0.0/4",  # multicast, reserved, broadcast
)  # fmt: skip
_PRIVATE = _networks(
    "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "192.0.0.0/24", "192.88.99.0/24",  # protocols, the relay of 6to4
    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15",  # examples, benchmarks
    "2001::/23", "2002::/16",  # protocols (Teredo among them), 6to4
    "2001:db8::/32", "3fff::/20",  # examples
)  # fmt: skip
_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = _networks(
    "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48"
)  # also translated, local NAT64
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # the upper half of an interface's id


def networks(listed: str) -> tuple[Network, ...]:
    """The networks of a comma-separated list, as `10.0.0.0/8,fd00::/8`.

    raises: ValueError for what is no network, and for what is never allowed
    """
    found = tuple(_network(text.strip()) for text in listed.split(",") if text.strip())
    for network in found:
        if any(_within(network, never) for never in NEVER):
            raise ValueError(f"{network} is link-local, metadata, multicast or reserved")
    return found


def refusal(address: Address, internal: tuple[Network, ...] = ()) -> str | None:
    """Why an upload may not come from this address; None if it may.

    internal: networks that are allowed although they are not public
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return "an address with a zone"
        if inner := _stands_for(address):
            return refusal(inner, internal)
    if any(_in(each, NEVER) for each in (address, *_carried(address))):
        return "link-local, metadata, multicast or reserved"
    if _in(address, internal) or _is_public(address):
        return None
    return "not a public address"


def _is_public(address: Address) -> bool:
    if not address.is_global or _in(address, _PRIVATE):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False
    return all(_is_public(inner) for inner in _carried(address))


def _stands_for(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a connection would go to."""
    return _tail(address) if address in _NAT64 else address.ipv4_mapped


def _carried(address: Address) -> list[ipaddress.IPv4Address]:
    """Every IPv4 address that a tunnel or a translator might read out of an IPv6 address."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    carried = [address.sixtofour] if address.sixtofour else []
    carried += address.teredo or ()
    interface = int(address) >> 32 & 0xFFFF_FFFF
    if interface in _ISATAP or (_in(address, _COMPATIBLE) and int(address) > 1):
        carried.append(_tail(address))
    return carried


def _tail(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)


def _in(address: Address, listed: tuple[Network, ...]) -> bool:
    return any(address in network for network in listed)


def _within(network: Network, other: Network) -> bool:
    return network.network_address in other and network.prefixlen >= other.prefixlen


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no network as 10.0.0.0/8: {error}") from error

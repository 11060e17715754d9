"""An address is public, or in a network that the operator named, or refused."""

import ipaddress

import pytest

from tests.workers.media.forbidden import (
    IPV4_IN_IPV6,
    LOOPBACK_IPV6,
    OTHER_IPV6,
    PLAIN_IPV4,
    PUBLIC_HOSTS,
)
from workers.media.networks import EVERYWHERE, NEVER, Network, networks, refusal

FORBIDDEN = (*PLAIN_IPV4, *LOOPBACK_IPV6, *IPV4_IN_IPV6, *OTHER_IPV6)


def judged(text: str, internal: tuple[Network, ...] = ()) -> str | None:
    return refusal(ipaddress.ip_address(text.replace("%25", "%")), internal)


@pytest.mark.parametrize("text", FORBIDDEN)
def test_addresses_inside_are_refused(text: str) -> None:
    assert judged(text)


@pytest.mark.parametrize("host", PUBLIC_HOSTS)
def test_public_addresses_are_not(host: str) -> None:
    assert judged(host.strip("[]")) is None


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("127.0.0.0/8", "127.0.0.1"),
        ("10.0.0.0/8, 192.168.0.0/16", "192.168.1.1"),
        ("10.1.2.3", "10.1.2.3"),
        ("10.0.0.0/8", "::ffff:10.0.0.1"),  # the same connection
        ("10.0.0.0/8", "64:ff9b::a00:1"),
        ("::1/128", "::1"),
        ("fd00::/8,", "fd12:3456::1"),
        ("100.64.0.0/10", "100.64.0.1"),
        ("2001:db8::/32", "2001:db8::1"),
        ("0.0.0.0/0,::/0", "172.16.0.1"),
    ],
)
def test_a_named_network_is_readmitted(listed: str, text: str) -> None:
    assert judged(text)
    assert judged(text, networks(listed)) is None


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("10.0.0.0/8", "11.255.255.255"),
        ("10.0.0.0/8", "192.168.1.1"),
        ("127.0.0.0/8", "::1"),
        ("fd00::/8", "fc00::1"),
        ("::/0", "127.0.0.1"),
        ("0.0.0.0/0", "fd00::1"),
    ],
)
def test_naming_one_network_admits_no_other(listed: str, text: str) -> None:
    assert judged(text, networks(listed)) == judged(text)


@pytest.mark.parametrize(
    "text",
    [
        "169.254.169.254", "fe80::1", "fd00:ec2::254", "fd20:ce::254",  # named or not
        "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "fe80::1%1", "::1%lo",
        "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "::a9fe:a9fe", "::ffff:0:a9fe:a9fe",
        "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "64:ff9b:1::a9fe:a9fe",
        "2606:2800:220:1:0:5efe:a9fe:a9fe", "2606:2800:220:1:200:5efe:a83f:8110",
    ],
)  # fmt: skip
def test_link_local_and_metadata_are_refused_even_if_everything_is_named(text: str) -> None:
    assert judged(text, EVERYWHERE)


def test_nothing_named_is_nothing() -> None:
    assert networks("") == networks(" , ") == ()


@pytest.mark.parametrize(
    "listed",
    [
        "1",
        "yes",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "localhost",
        "10/8",
        "fd00::/129",
        "10.0.0.0-10.1.1.1",
    ],
)
def test_what_is_no_network_is_said(listed: str) -> None:
    with pytest.raises(ValueError, match="is no network as"):
        networks(f"192.168.0.0/16,{listed}")


@pytest.mark.parametrize("never", [*NEVER, "169.254.169.254", "224.0.0.0/24"])
def test_what_is_never_allowed_cannot_be_named(never: Network | str) -> None:
    with pytest.raises(ValueError, match="link-local, metadata, multicast or reserved"):
        networks(f"10.0.0.0/8,{never}")

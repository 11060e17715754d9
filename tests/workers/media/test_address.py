"""Uploads come from public addresses, whatever way an address is written."""

import ipaddress

import pytest
from yarl import URL

from tests.workers.media.origin import serving
from topics.errors import FetchRefused
from workers.media.address import allowed, check_host
from workers.media.fetch_http import fetch_http
from workers.media.limits import FetchLimits
from workers.media.source import Intake


@pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_allowed(text: str) -> None:
    assert allowed(ipaddress.ip_address(text), internal=False)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0",  # private
        "169.254.169.254", "224.0.0.1", "255.255.255.255", "168.63.129.16",  # cloud, multicast
        "::1", "fc00::1", "fe80::1", "ff02::1", "::", "fec0::1", "5f00::1", "4000::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "::127.0.0.1",  # inside
    ],
)  # fmt: skip
def test_other_addresses_are_not(text: str) -> None:
    assert not allowed(ipaddress.ip_address(text), internal=False)


@pytest.mark.parametrize("text", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_link_local_is_refused_even_inside(text: str) -> None:
    assert not allowed(ipaddress.ip_address(text), internal=True)


@pytest.mark.parametrize("text", ["127.0.0.1", "10.0.0.1", "::1", "fc00::1"])
def test_internal_readmits_private_and_loopback(text: str) -> None:
    assert allowed(ipaddress.ip_address(text), internal=True)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1.", "2130706433", "127.1", "0x7f.1", "0x7f000001", "0177.0.0.1",
     "[::1]", "[::ffff:127.0.0.1]", "[fe80::1%25eth0]"],
)  # fmt: skip
def test_literal_hosts_are_judged_as_written(host: str) -> None:
    with pytest.raises((FetchRefused, ValueError)):
        check_host(URL(f"http://{host}/v.mp4", encoded=True), internal=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
async def test_no_request_reaches_a_server_of_ours(host: str) -> None:
    async with serving() as (uri, origin):
        address = uri.replace("127.0.0.1", host) + "/video"
        with pytest.raises(FetchRefused):
            await fetch_http(address, FetchLimits(), Intake(100))
        assert origin.asked == {}

"""Addresses are shown without their secrets, and chained ones go nowhere."""

import pytest

from topics.errors import FetchRefused
from workers.media.uri import masked, scheme


def test_a_signature_is_never_shown() -> None:
    assert masked("https://cdn.example/v.mp4?X-Sig=abc#t=3") == "https://cdn.example/v.mp4?***"


def test_a_password_is_never_shown() -> None:
    assert masked("https://me:secret@cdn.example/v.mp4") == "https://***@cdn.example/v.mp4"


@pytest.mark.parametrize(
    "uri",
    [
        "https://cdn.example/v.mp4?sig=secret",
        "https://cdn.example/v.mp4?a=b?sig=secret#x",
        "https://cdn.example/v.mp4#sig=secret",
        "https://secret@cdn.example/v.mp4",
        "https://me:secret@cdn.example:8443/v.mp4?sig=secret",
        "https://me:secret@a@cdn.example/v.mp4",
        "s3://bucket/v.mp4?X-Amz-Signature=secret",
        "cdn.example/v.mp4?sig=secret",
        "data:video/mp4?secret",
        "?secret",
        "#secret",
        "https://cdn.example/\n?secret",
    ],
)
def test_whatever_may_be_a_secret_is_masked(uri: str) -> None:
    assert "secret" not in masked(uri)
    assert len(masked(f"https://cdn.example/{'x' * 10_000}?secret")) < 310


def test_a_plain_address_is_shown_as_it_is() -> None:
    assert masked("file:///uploads/v.mp4") == "file:///uploads/v.mp4"


def test_schemes_are_lower_case() -> None:
    assert scheme("HTTPS://cdn.example/v.mp4") == "https"


def test_literal_ipv6_hosts_are_no_chain() -> None:
    assert scheme("http://[::1]:80/v.mp4") == "http"


@pytest.mark.parametrize(
    "uri",
    [
        "/uploads/v.mp4",  # a path
        "zip::http://cdn.example/v.zip",  # chained before the scheme
        "http://cdn.example/v.zip::file:///etc/passwd",  # chained after it
        "http://cdn.example/a b",  # a blank
        "http://cdn.example\\@inside/",  # browsers and libraries disagree about it
        "http://cdn.example/\r\nHost: inside",  # a second header
        "http://cdn.example/v]::file:///etc/passwd",  # a bracket that is none of a host's
        "http://[::1]::file:///etc/passwd",
        "http://cdn.example/\x85v.mp4",  # a new line, for some
        "http://cdn.example/\xa0v.mp4",  # a blank that does not break
    ],
)
def test_odd_addresses_are_refused(uri: str) -> None:
    with pytest.raises(FetchRefused):
        scheme(uri)

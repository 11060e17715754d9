"""A download ends in bytes, or in an error that says whether to try again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.workers.media.origin import BODY, Origin, serving
from topics.errors import (
    FetchRefused,
    FetchTimeout,
    NotFound,
    ServerFailure,
    Throttled,
    TooLarge,
)
from workers.media.fetch_http import fetch_http, next_hop
from workers.media.limits import FetchLimits
from workers.media.networks import networks
from workers.media.source import Intake

LOOPBACK = networks("127.0.0.0/8")
LIMITS = FetchLimits(max_bytes=1 << 20, seconds=5, read_seconds=1, internal=LOOPBACK)


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, Origin]]:
    async with serving() as running:
        yield running


async def fetched(uri: str, limits: FetchLimits = LIMITS) -> bytes:
    source = await fetch_http(uri, limits, Intake(limits.max_bytes))
    with source.file as file:
        return file.read()


async def test_the_body_comes_whole(server: tuple[str, Origin]) -> None:
    assert await fetched(f"{server[0]}/video") == BODY


PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


async def test_proxies_cookies_passwords_and_packing_are_not_asked_for(
    server: tuple[str, Origin], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    (tmp_path / "netrc").write_text("default login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    await fetched(f"{server[0]}/cookie")
    assert server[1].last == "/video"
    assert server[1].headers["Accept-Encoding"] == "identity"
    assert {"Cookie", "Authorization", "Referer"} & set(server[1].headers) == set()


async def test_redirects_are_followed(server: tuple[str, Origin]) -> None:
    assert await fetched(f"{server[0]}/moved") == BODY


async def test_a_signed_query_arrives_as_it_was_written(server: tuple[str, Origin]) -> None:
    await fetched(f"{server[0]}/moved?to=/video%3Fsig%3Da%252Fb")
    assert server[1].last == "/video?sig=a%2Fb"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("status/404", NotFound),
        ("status/410", NotFound),
        ("status/403", FetchRefused),  # trying again will not help
        ("status/204", FetchRefused),  # no content
        ("status/206", FetchRefused),  # a part that nobody asked for
        ("status/429", Throttled),
        ("status/408", FetchTimeout),
        ("status/500", ServerFailure),
        ("cut", ServerFailure),  # less than was declared
        ("loop", FetchRefused),
        ("moved?to=file:///etc/passwd", FetchRefused),
        ("moved?to=ftp://127.0.0.1/v.mp4", FetchRefused),
        ("packed", FetchRefused),  # nobody asked for gzip
        ("endless", TooLarge),  # without a declared length
    ],
)
async def test_each_bad_answer_is_an_error_of_its_kind(
    server: tuple[str, Origin], path: str, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        await fetched(f"{server[0]}/{path}")


async def test_a_declared_length_over_the_limit_is_not_read(server: tuple[str, Origin]) -> None:
    with pytest.raises(TooLarge, match="declared"):
        await fetched(f"{server[0]}/video", FetchLimits(max_bytes=100, internal=LOOPBACK))


async def test_a_drip_does_not_hold_the_worker(server: tuple[str, Origin]) -> None:
    with pytest.raises(FetchTimeout):
        await fetched(f"{server[0]}/slow", FetchLimits(seconds=0.3, internal=LOOPBACK))


def test_https_never_goes_down_to_http() -> None:
    with pytest.raises(FetchRefused):
        next_hop("https://cdn.example/v.mp4", "http://cdn.example/v.mp4")


async def test_a_closed_port_is_worth_another_try() -> None:
    with pytest.raises(ServerFailure):
        await fetched("http://127.0.0.1:1/v.mp4")

"""A download is bounded whatever the server does, and TLS is for the host that was written."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.workers.media.answers_of_servers import BAD, BOMB, GOOD
from tests.workers.media.certificates import Authority
from tests.workers.media.liar import OK, Script, lying, repeats, says
from tests.workers.media.listener import listening
from tests.workers.media.origin import running
from topics.errors import (
    ContentError,
    FetchRefused,
    FetchTimeout,
    ReelguardError,
    TooLarge,
)
from workers.media import download
from workers.media.fetch_http import fetch_http
from workers.media.limits import FetchLimits
from workers.media.networks import networks
from workers.media.source import Intake

LIMITS = FetchLimits(
    max_bytes=1 << 20,
    seconds=0.6,
    connect_seconds=0.4,
    read_seconds=0.3,
    internal=networks("127.0.0.0/8"),
)


async def fetched(uri: str, limits: FetchLimits = LIMITS, lookup: str = "127.0.0.1") -> bytes:
    async def look_up(_: str) -> list[str]:
        return [lookup]

    source = await fetch_http(uri, limits, Intake(limits.max_bytes), lookup=look_up)
    with source.file as file:
        return file.read()


@pytest.mark.parametrize("script", GOOD.values(), ids=GOOD)
async def test_good_answers_come_whole(script: Script) -> None:
    async with lying(script) as liar:
        assert await fetched(liar.uri) == b"bytes"


@pytest.mark.parametrize(("script", "expected"), BAD.values(), ids=BAD)
async def test_a_bad_answer_is_bounded_and_an_error_of_its_kind(
    script: Script, expected: type[ReelguardError]
) -> None:
    began = time.monotonic()
    async with lying(script) as liar:
        with pytest.raises(ReelguardError) as raised:
            await fetched(liar.uri)
    assert type(raised.value) is expected
    assert time.monotonic() - began < LIMITS.seconds + 1


async def test_a_packed_file_stays_packed() -> None:
    async with lying(says(OK + b"Content-Type: application/gzip\r\n\r\n" + BOMB)) as liar:
        assert await fetched(liar.uri) == BOMB


async def test_no_more_is_read_than_the_limit_and_what_is_on_its_way() -> None:
    sent = 0

    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(OK + b"\r\n")
        while True:
            writer.write(bytes(65_536))
            await writer.drain()
            sent += 65_536

    async with lying(endless) as liar:
        with pytest.raises(TooLarge):
            await fetched(liar.uri)
    assert LIMITS.max_bytes <= sent < LIMITS.max_bytes + (16 << 20)  # buffers of both kernels


@pytest.mark.parametrize(
    "body", [b"", b"Content-Length: 99999999\r\n", b"Content-Encoding: br\r\n"]
)
async def test_a_hundred_redirects_end_after_the_fourth(body: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /on\r\n" + body + b"\r\n"
    async with lying(repeats(head, bytes(1000))) as liar:  # bodies of redirects are not read
        with pytest.raises(FetchRefused, match="more than 3 redirects"):
            await fetched(liar.uri)
        assert liar.connections == 4


async def test_a_host_that_never_answers_is_given_up() -> None:
    with listening() as silent:
        began = time.monotonic()
        with pytest.raises(FetchTimeout):
            await fetched(f"https://127.0.0.1:{silent.port}/v.mp4")  # no handshake
        assert time.monotonic() - began < LIMITS.seconds + 0.5
        assert silent.connections() == 1


async def test_a_name_server_that_never_answers_is_given_up() -> None:
    async def silence(_: str) -> list[str]:
        await asyncio.sleep(60)
        raise AssertionError

    began = time.monotonic()
    with pytest.raises(FetchTimeout):
        await fetch_http("http://slow.example/v", LIMITS, Intake(1), lookup=silence)
    assert time.monotonic() - began < LIMITS.seconds + 0.5


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """A certificate authority that this test trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    download.trusted.cache_clear()
    yield made
    download.trusted.cache_clear()


@asynccontextmanager
async def secure(certificate: ssl.SSLContext) -> AsyncIterator[tuple[str, list[str]]]:
    """The address of an https server, under the name that it answers to, and what it was asked."""
    asked: list[str] = []
    certificate.sni_callback = lambda _, name, __: asked.append(f"sni {name}")

    async def answer(request: web.Request) -> web.Response:
        asked.append(f"host {request.host.partition(':')[0]}")
        return web.Response(body=b"bytes")

    async with running(answer, "127.0.0.1", certificate) as uri:
        yield uri.replace("127.0.0.1", "media.example"), asked


async def test_the_certificate_is_checked_for_the_name_that_was_written(
    authority: Authority,
) -> None:
    async with secure(authority.certificate("media.example")) as (uri, asked):
        assert await fetched(uri) == b"bytes"
    assert asked == ["sni media.example", "host media.example"]


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1", "*.media.example", "example"])
async def test_a_certificate_for_another_name_is_refused(name: str, authority: Authority) -> None:
    async with secure(authority.certificate(name)) as (uri, asked):
        with pytest.raises(FetchRefused, match="ClientConnectorCertificateError"):
            await fetched(uri)
    assert asked == ["sni media.example"]  # and no request


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    days: int, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    signer = authority if days < 0 else Authority(tmp_path / "other")  # expired, or a stranger's
    async with secure(signer.certificate("media.example", days=days)) as (uri, _):
        with pytest.raises(ContentError, match="ClientConnectorCertificateError"):
            await fetched(uri)


async def test_https_goes_on_to_https_and_not_down_to_http(authority: Authority) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query.get("to", "/a")})

    async with running(answer, "127.0.0.1", authority.certificate("media.example")) as uri:
        named = uri.replace("127.0.0.1", "media.example")
        with pytest.raises(FetchRefused, match="more than 3 redirects"):
            await fetched(f"{named}/a")
        with pytest.raises(FetchRefused, match="redirect from https"):
            await fetched(f"{named}/a?to=http://media.example/v.mp4")

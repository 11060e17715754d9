"""Fetching tries again what may get better, inside its time, and nothing else."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.workers.media.origin import BODY, Origin, serving
from topics.errors import FetchRefused, FetchTimeout, HashMismatch, NotFound, ServerFailure
from workers.media.fetch import fetch
from workers.media.limits import FetchLimits
from workers.media.networks import networks

LOOPBACK = networks("127.0.0.0/8")
LIMITS = FetchLimits(max_bytes=1 << 20, seconds=10, internal=LOOPBACK)
ROOT = Path("/nowhere")


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, Origin]]:
    async with serving() as running:
        yield running


async def test_a_busy_server_is_asked_again(server: tuple[str, Origin]) -> None:
    source = await fetch(f"{server[0]}/busy", root=ROOT, limits=LIMITS)
    assert source.size_bytes == len(BODY)
    assert server[1].asked == {"/busy": 3}


async def test_three_failures_are_enough(server: tuple[str, Origin]) -> None:
    with pytest.raises(ServerFailure):
        await fetch(f"{server[0]}/status/503", root=ROOT, limits=LIMITS)
    assert server[1].asked == {"/status/503": 3}


async def test_what_is_not_there_is_asked_for_once(server: tuple[str, Origin]) -> None:
    with pytest.raises(NotFound):
        await fetch(f"{server[0]}/status/404", root=ROOT, limits=LIMITS)
    assert server[1].asked == {"/status/404": 1}


async def test_tries_end_with_the_time(server: tuple[str, Origin]) -> None:
    limits = FetchLimits(seconds=0.1, internal=LOOPBACK)
    with pytest.raises(FetchTimeout):
        await fetch(f"{server[0]}/status/503", root=ROOT, limits=limits)


async def test_promised_bytes_are_accepted(server: tuple[str, Origin]) -> None:
    promised = hashlib.sha256(BODY).hexdigest()
    source = await fetch(f"{server[0]}/video", root=ROOT, limits=LIMITS, sha256=promised)
    assert source.sha256 == promised


async def test_other_bytes_are_not(server: tuple[str, Origin]) -> None:
    with pytest.raises(HashMismatch):
        await fetch(f"{server[0]}/video", root=ROOT, limits=LIMITS, sha256="0" * 64)


@pytest.mark.parametrize("uri", ["ftp://a/v.mp4", "s3a://bucket/v.mp4", "data:,x", "/v.mp4"])
async def test_other_schemes_are_refused(uri: str) -> None:
    with pytest.raises(FetchRefused):
        await fetch(uri, root=ROOT, limits=LIMITS)


async def test_secrets_are_not_in_the_message(server: tuple[str, Origin]) -> None:
    with pytest.raises(NotFound) as raised:
        await fetch(f"{server[0]}/status/404?sig=secret", root=ROOT, limits=LIMITS)
    assert "secret" not in str(raised.value)

"""An object of s3 or gs is fetched as designed, from servers that behave and from others."""

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import boto3
import pytest
from aiohttp import web
from moto.server import ThreadedMotoServer

from tests.workers.media.google import Account
from tests.workers.media.liar import OK, lying, repeats, says
from tests.workers.media.origin import answering
from topics.errors import (
    EmptySource,
    FetchRefused,
    FetchTimeout,
    NotFound,
    ReelguardError,
    ServerFailure,
    Throttled,
    TooLarge,
)
from workers.media.fetch import fetch
from workers.media.limits import FetchLimits
from workers.media.objects import NO_OBJECTS, Objects, Place, place

NAMES = ("in/v.mp4", "in/a clip+ü#?&=%~'(1).mp4", "in/deep/er/v.mp4", "out/v.mp4", "store/v.mp4")


@pytest.fixture(scope="module")
def s3() -> Iterator[Objects]:
    """A bucket with a video under each name, whose bytes are its name, and how to reach it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="platform",
        aws_secret_access_key="x",
    )
    client.create_bucket(Bucket="uploads")
    for name in NAMES:
        client.put_object(Bucket="uploads", Key=name, Body=name.encode())
    client.put_object(Bucket="uploads", Key="in/empty", Body=b"")
    client.put_object(Bucket="uploads", Key="in/packed", Body=b"x", ContentEncoding="gzip")
    yield Objects(
        prefixes=(place("s3://uploads/in"), place("s3://uploads/store"), place("s3://absent")),
        own=(Place("s3", "uploads", ("store",)),),
        s3_endpoint=endpoint,
        s3_key_id="OURS",
        s3_secret="secret",
    )
    server.stop()


async def fetched(uri: str, objects: Objects, **limits: float) -> bytes:
    bounds = FetchLimits(max_bytes=1000, seconds=5, tries=1, objects=objects)
    changed = dataclasses.replace(bounds, **limits)  # type: ignore[arg-type]
    source = await fetch(uri, root=None, limits=changed)
    with source.file as file:
        data = file.read()
    assert source.sha256 == hashlib.sha256(data).hexdigest()
    return data


def at(endpoint: str) -> Objects:
    return Objects(
        prefixes=(place("s3://uploads"),), s3_endpoint=endpoint, s3_key_id="OURS", s3_secret="x"
    )


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("s3://uploads/in/v.mp4", "in/v.mp4"),
        ("s3://uploads/in/deep/er/v.mp4", "in/deep/er/v.mp4"),
        ("s3://uploads/in/a%20clip+ü%23%3F&=%25~'(1).mp4", "in/a clip+ü#?&=%~'(1).mp4"),
        ("s3://uploads/in/a%20clip%2B%C3%BC%23%3F%26%3D%25%7E%27%281%29.mp4", NAMES[1]),
    ],
)
async def test_the_object_that_was_named_comes_whole(uri: str, key: str, s3: Objects) -> None:
    assert await fetched(uri, s3) == key.encode()


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("s3://uploads/in/absent.mp4", NotFound),
        ("s3://absent/v.mp4", NotFound),  # no such bucket
        ("s3://uploads/in/empty", EmptySource),
        ("s3://uploads/in/packed", FetchRefused),  # would have to be unpacked
        ("s3://uploads/out/v.mp4", FetchRefused),  # there, and below no prefix
        ("s3://uploads/in/../out/v.mp4", FetchRefused),
        ("s3://uploads/in/%2e%2e/out/v.mp4", FetchRefused),
        ("s3://uploads/store/v.mp4", FetchRefused),  # there, below a prefix, and our own
        ("gs://uploads/in/v.mp4", FetchRefused),
    ],
)
async def test_what_does_not_come_is_an_error_of_its_kind(
    uri: str, expected: type[ReelguardError], s3: Objects
) -> None:
    with pytest.raises(expected):
        await fetched(uri, s3)


async def test_an_object_over_the_limit_is_not_read(s3: Objects) -> None:
    with pytest.raises(TooLarge, match="8 bytes declared, limit 7"):
        await fetched("s3://uploads/in/v.mp4", s3, max_bytes=7)


async def test_without_prefixes_no_server_is_asked(s3: Objects) -> None:
    none = dataclasses.replace(NO_OBJECTS, s3_endpoint=s3.s3_endpoint)
    with pytest.raises(FetchRefused, match="below no prefix"):
        await fetched("s3://uploads/in/v.mp4", none)


async def test_the_processes_own_credentials_are_not_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "REGION", "ENDPOINT_URL"):
        monkeypatch.setenv(f"AWS_{name}", "LEAKED")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    seen: list[web.Request] = []
    async with answering(seen.append) as endpoint:
        await fetched("s3://uploads/v.mp4", at(endpoint))
    query = {name: values[0] for name, values in parse_qs(seen[0].query_string).items()}
    assert query["X-Amz-Credential"].startswith("OURS/")
    assert "LEAKED" not in f"{seen[0].headers} {seen[0].raw_path}"


async def test_google_is_asked_with_the_key_for_uploads(tmp_path: Path) -> None:
    account, seen = Account(tmp_path / "key.json"), list[web.Request]()
    async with answering(seen.append) as endpoint:
        objects = Objects(
            prefixes=(place("gs://uploads/in"),), gs_endpoint=endpoint, gs_key_file=account.file
        )
        await fetched("gs://uploads/in/a%20clip%C3%BC.mp4", objects)
        assert account.signed(f"{endpoint}{seen[0].raw_path}")
    assert seen[0].path == "/uploads/in/a clipü.mp4"


async def test_a_public_bucket_is_asked_without_a_signature() -> None:
    seen: list[web.Request] = []
    async with answering(seen.append) as endpoint:
        await fetched("s3://uploads/v.mp4", dataclasses.replace(at(endpoint), s3_key_id=""))
    assert seen[0].raw_path == "/uploads/v.mp4"
    assert "Authorization" not in seen[0].headers


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "AccessDenied", FetchRefused),
        (403, "InvalidObjectState", FetchRefused),  # archived
        (404, "NoSuchKey", NotFound),
        (404, "NoSuchBucket", NotFound),
        (400, "InvalidRequest", FetchRefused),
        (416, "InvalidRange", FetchRefused),
        (301, "PermanentRedirect", FetchRefused),  # another region
        (307, "TemporaryRedirect", FetchRefused),
        (429, "TooManyRequests", Throttled),
        (503, "SlowDown", Throttled),
        (503, "ServiceUnavailable", Throttled),
        (500, "InternalError", ServerFailure),
        (502, "", ServerFailure),
        (503, "", ServerFailure),
        (408, "", FetchTimeout),
        (403, "InvalidAccessKeyId", ServerFailure),  # ours is wrong: the object may be fine
        (403, "SignatureDoesNotMatch", ServerFailure),
        (403, "RequestTimeTooSkewed", ServerFailure),
        (400, "ExpiredToken", ServerFailure),
    ],
)
async def test_each_answer_of_a_store_is_an_error_of_its_kind(
    status: int, code: str, expected: type[ReelguardError]
) -> None:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
    head = f"HTTP/1.1 {status} No\r\nContent-Length: {len(body)}\r\nLocation: /other\r\n\r\n"
    async with lying(says(head.encode() + body)) as store:
        with pytest.raises(ReelguardError, match=f"status {status} from .*{code}") as raised:
            await fetched("s3://uploads/v.mp4", at(store.uri))
        assert store.connections == 1  # a redirect is not followed
    assert type(raised.value) is expected
    assert "X-Amz" not in str(raised.value)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (OK + b"\r\n", TooLarge),  # without an end
        (b"HTTP/1.1 403 No\r\n\r\n", FetchRefused),  # reasons without an end
        (OK + b"X: ", ServerFailure),  # headers without an end
    ],
)
async def test_a_store_without_an_end_is_bounded(
    head: bytes, expected: type[ReelguardError]
) -> None:
    async with lying(repeats(head, bytes(65_536).replace(b"\0", b"x"))) as store:
        with pytest.raises(expected):
            await fetched("s3://uploads/v.mp4", at(store.uri), max_bytes=1 << 20)


async def test_a_store_that_drips_is_bounded() -> None:
    async with lying(repeats(OK + b"\r\n", b"x", pause_seconds=0.02)) as store:
        with pytest.raises(FetchTimeout):
            await fetched("s3://uploads/v.mp4", at(store.uri), seconds=0.3)


async def test_a_store_that_is_away_is_worth_another_try() -> None:
    with pytest.raises(ServerFailure):
        await fetched("s3://uploads/v.mp4", at("http://127.0.0.1:1"))


async def test_the_operators_server_is_never_a_metadata_service() -> None:
    with pytest.raises(FetchRefused, match="link-local"):
        await fetched("s3://uploads/v.mp4", at("http://169.254.169.254"))

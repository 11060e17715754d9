"""A real worker fetches what it may, refuses what it may not, and shows no secret of an address."""

import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from engines.scenes.layout import arrange
from tests.live.line import WEAPONS, Line, running_line
from workers.demo.film import Film, Shot, encode


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(scope="module")
def line(kafka: str, endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A worker, and a clip at s3://uploads/in/clip.mp4 and s3://uploads/out/clip.mp4."""
    folder = tmp_path_factory.mktemp("line")
    encode(Film(shots=(Shot(arrange("street", ("flag",), 1), 2.0),)), folder / "clip.mp4")
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="platform",
        aws_secret_access_key="x",
    )
    client.create_bucket(Bucket="uploads")
    for name in ("in", "out"):
        client.upload_file(str(folder / "clip.mp4"), "uploads", f"{name}/clip.mp4")
    settings = {
        "REELGUARD_FETCH_PREFIXES": "s3://uploads/in/",
        "REELGUARD_FETCH_S3_ENDPOINT": endpoint,
        "REELGUARD_FETCH_S3_KEY_ID": "OURS",
        "REELGUARD_FETCH_S3_SECRET": "hush-of-the-key",
    }
    with running_line(kafka, f"o{time.time_ns()}-", folder, WEAPONS, **settings) as running:
        yield running


def test_an_object_below_a_prefix_is_judged(line: Line) -> None:
    line.send("object", "s3://uploads/in/clip.mp4")
    verdict = line.verdict("object")
    assert verdict.error is None
    assert verdict.content is not None and verdict.content.width == 384


@pytest.mark.parametrize(
    ("video_id", "uri", "reason"),
    [
        ("out", "s3://uploads/out/clip.mp4", "fetch_refused"),  # there, but below no prefix
        ("up", "s3://uploads/in/../out/clip.mp4", "fetch_refused"),
        ("gone", "s3://uploads/in/gone.mp4", "not_found"),
        ("metadata", "http://169.254.169.254/latest/?hush=hush", "fetch_refused"),
        ("mapped", "http://[::ffff:169.254.169.254]/latest/", "fetch_refused"),
        ("private", "http://10.0.0.1/v.mp4?hush-of-the-address", "fetch_refused"),
        ("user", "http://me:hush@example.com/v.mp4", "fetch_refused"),
        ("chain", "zip::http://example.com/v.zip", "fetch_refused"),
    ],
)
def test_what_may_not_be_fetched_is_an_error_verdict(
    line: Line, video_id: str, uri: str, reason: str
) -> None:
    line.send(video_id, uri)
    verdict = line.verdict(video_id)
    assert verdict.action == "error"
    assert verdict.error is not None and verdict.error.reason == reason
    letter = next(x for x in line.letters() if x.key == video_id.encode())
    assert letter.reason == reason
    assert "hush" not in letter.message


def test_the_evidence_of_another_upload_cannot_be_fetched(line: Line) -> None:
    line.send("first", (line.folder / "clip.mp4").as_uri())
    table = line.verdict("first").score_table_uri
    assert table is not None and Path(table.removeprefix("file://")).exists()
    line.send("thief", table)
    error = line.verdict("thief").error
    assert error is not None and error.reason == "fetch_refused"


def test_no_secret_is_in_the_log(line: Line) -> None:
    line.send("secret", "https://127.0.0.9:1/v.mp4?X-Amz-Signature=hush")
    assert line.verdict("secret").error is not None
    assert "hush" not in line.log()

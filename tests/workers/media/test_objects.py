"""An upload names an object below a prefix, and nothing that could be read as another one."""

import pytest

from topics.errors import FetchRefused
from workers.media.objects import Objects, Place, admitted, own_place, place

OBJECTS = Objects(
    prefixes=(place("s3://uploads/in"), place("s3://open"), place("gs://uploads/in/deep/")),
    own=(Place("s3", "open", ("evidence",)), Place("s3", "engines", ())),
)


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("s3://uploads/in/v.mp4", "in/v.mp4"),
        ("S3://uploads/in/v.mp4", "in/v.mp4"),
        ("s3://uploads/in/2026/11/25/v.mp4", "in/2026/11/25/v.mp4"),
        ("s3://uploads/in/a%20clip%23%3F%2B%25.mp4", "in/a clip#?+%.mp4"),
        ("s3://uploads/in/%C3%BC.mp4", "in/ü.mp4"),
        ("s3://uploads/in/ü.mp4", "in/ü.mp4"),
        ("s3://uploads/in/...", "in/..."),  # three dots are a name
        ("s3://uploads/in/.hidden", "in/.hidden"),
        ("s3://uploads/in/v.mp4@8", "in/v.mp4@8"),
        ("s3://open/v.mp4", "v.mp4"),  # the whole bucket
        ("s3://open/evidence-of-mine/v.mp4", "evidence-of-mine/v.mp4"),  # beside a store of ours
        ("gs://uploads/in/deep/v.mp4", "in/deep/v.mp4"),
    ],
)
def test_what_lies_below_a_prefix_is_admitted(uri: str, key: str) -> None:
    assert admitted(uri, OBJECTS).key == key


@pytest.mark.parametrize(
    "uri",
    [
        "s3://uploads/inbox/v.mp4",  # begins alike, as a string
        "s3://uploads/in.mp4",
        "s3://uploads/in",  # the prefix itself
        "s3://uploads/IN/v.mp4",
        "s3://uploads/v.mp4",
        "s3://uploads/%69nbox/v.mp4",
        "s3://uploads2/in/v.mp4",
        "s3://upload/in/v.mp4",
        "gs://uploads/in/v.mp4",  # the other provider's bucket of that name
        "s3://uploads/in/deep/../../../other/v.mp4",
        "gs://open/v.mp4",
        "s3://other/v.mp4",
    ],
)
def test_what_lies_elsewhere_is_refused(uri: str) -> None:
    with pytest.raises(FetchRefused):
        admitted(uri, OBJECTS)


@pytest.mark.parametrize(
    "uri",
    [
        "s3://open/evidence/frames/ab/abc.jpg",  # the prefix s3://open would admit it
        "s3://open/evidence",
        "s3://open/%65vidence/frames/ab/abc.jpg",
        "s3://engines/safeguard/1/model.onnx",
    ],
)
def test_the_stores_of_ones_own_are_refused(uri: str) -> None:
    with pytest.raises(FetchRefused, match="a store of this worker's own"):
        admitted(uri, OBJECTS)


@pytest.mark.parametrize(
    "tail",
    [
        "", "/", "..", "../in/v.mp4", "./v.mp4", "a/../../secret", "a/./v.mp4", "a//v.mp4",
        "v.mp4/",
        "%2e%2e/secret", "%2E%2E/secret", ".%2e/secret", "a/%2e/v.mp4",  # dots in disguise
        "a%2fb.mp4", "..%2fsecret", "%2f", "a%2Fb", "a%5cb", "..%5csecret",  # slashes in disguise
        "%252e%252e/secret", "a%252fb", "v%2500.mp4", "a%25252fb",  # decoded twice
        "%00.mp4", "v.mp4%00", "v%0a.mp4", "v%0d%0aHost:x", "%7f", "%C2%85", "%E2%80%AE4pm",
        "%ff", "%C3", "%ED%A0%80", "%C0%AE%C0%AE/secret",  # no UTF-8
        "v.mp4?versionId=1", "v.mp4?", "v.mp4#t=3", "?x", "#", "a" * 1025, "\ud800",
    ],
)  # fmt: skip
def test_what_could_be_read_as_another_key_is_refused(tail: str) -> None:
    with pytest.raises(FetchRefused):
        admitted(f"s3://uploads/in/{tail}", OBJECTS)


@pytest.mark.parametrize(
    "head",
    [
        "s3:///in", "s3://", "s3://u", "s3://Uploads/in", "s3://uploads:80/in", "s3://me@uploads/in",
        "s3://up%6Coads/in", "s3://uploads./in", "s3://.uploads/in", "s3://../uploads/in",
        "s3://uploads\\in", "s3://uploads%2fin", "s3://uploads?/in", "s3://uploads#/in",
        "s3:/uploads/in", "s3:uploads/in", "s3a://uploads/in", "gcs://uploads/in", "https://open",
        "s3://[::1]/in", "s3://upløads/in", "s3://uploads /in",
    ],
)  # fmt: skip
def test_what_is_no_bucket_is_refused(head: str) -> None:
    with pytest.raises(FetchRefused):
        admitted(f"{head}/v.mp4", OBJECTS)


def test_without_prefixes_nothing_is_admitted() -> None:
    with pytest.raises(FetchRefused, match="below no prefix"):
        admitted("s3://uploads/in/v.mp4", Objects())


def test_a_query_is_not_in_the_message() -> None:
    with pytest.raises(FetchRefused) as raised:
        admitted("s3://uploads/in/v.mp4?X-Amz-Signature=secret", OBJECTS)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "text", ["", "s3://", "uploads/in", "s3://uploads//in", "s3://uploads/../in"]
)
def test_a_prefix_is_a_bucket_or_a_folder(text: str) -> None:
    with pytest.raises(FetchRefused):
        place(text)


def test_ones_own_store_is_read_as_fsspec_reads_it() -> None:
    assert own_place("s3://Keep/a%20b//c/") == Place("s3", "Keep", ("a%20b", "c"))
    assert own_place("file:///srv/store") is None

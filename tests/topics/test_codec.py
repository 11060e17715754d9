"""Records on the wire: exact both ways, tolerant where promised, RecordError for all the rest."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import codec
from topics.catalogue import TOPICS
from topics.declare import Topic
from topics.errors import RecordError
from topics.policies import PolicyRecord
from topics.uploads import UPLOADS, Upload

topics = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
UPLOAD = (
    b'{"video_id":"v-1","uri":"file:///v.mp4","uploaded_at":"2026-11-25T09:30:00Z",'
    b'"uploader_id":"u-1"}'
)


def test_an_upload_is_read_from_its_bytes() -> None:
    assert codec.decode(Upload, UPLOAD) == Upload(
        video_id="v-1",
        uri="file:///v.mp4",
        uploaded_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
        uploader_id="u-1",
    )


@topics
def test_equal_records_are_equal_bytes(topic: Topic) -> None:
    example = topic.examples[0]
    backwards = dict(reversed(example.items()))

    first = codec.decode(topic.record, json.dumps(example).encode())
    second = codec.decode(topic.record, json.dumps(backwards).encode())

    assert codec.encode(first) == codec.encode(second)


def test_absent_optional_fields_are_not_written() -> None:
    assert json.loads(codec.encode(codec.decode(Upload, UPLOAD))).keys() == {
        "video_id",
        "uri",
        "uploaded_at",
        "uploader_id",
    }


@topics
def test_events_ignore_unknown_fields_and_the_logs_refuse_them(topic: Topic) -> None:
    more = json.dumps(topic.examples[0] | {"added_in_2031": 1}).encode()

    if topic.name in ("policies", "engines"):
        with pytest.raises(RecordError, match="unknown field `added_in_2031`"):
            codec.decode(topic.record, more)
    else:
        assert codec.decode(topic.record, more)


def test_an_unknown_field_inside_a_policy_is_refused_with_its_path() -> None:
    example = json.loads(json.dumps(TOPICS[3].examples[0]))
    example["policy"]["actions"]["ban"] = 0.5

    with pytest.raises(RecordError, match=r"unknown field `ban` - at `\$\.policy\.actions`"):
        codec.decode(PolicyRecord, json.dumps(example).encode())


@topics
def test_no_record_is_read_from_an_empty_object(topic: Topic) -> None:
    with pytest.raises(RecordError, match=r"record: expected a \w+: .*missing required field"):
        codec.decode(topic.record, b"{}")


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("video_id", 7, r"\$\.video_id"),  # another type
        ("video_id", "", r"\$\.video_id"),  # too short
        ("uploaded_at", "2026-11-25T09:30:00", r"\$\.uploaded_at"),  # no offset
        ("uploaded_at", "yesterday", r"\$\.uploaded_at"),
        ("regions", ["DE", 1], r"\$\.regions\[1\]"),
        ("sha256", "ABC", r"\$\.sha256"),
        ("metadata", {"app": 1}, r"\$\.metadata"),
    ],
)
def test_a_mistyped_field_is_named_by_its_path(field: str, value: object, path: str) -> None:
    damaged = json.dumps(json.loads(UPLOAD) | {field: value}).encode()

    with pytest.raises(RecordError, match=path):
        codec.decode(Upload, damaged)


@pytest.mark.parametrize(
    "value",
    [
        None,  # a tombstone
        b"",
        b"not json",
        b"\xff\xfe",  # not UTF-8
        b'{"video_id":"\xff"}',  # not UTF-8 inside a string
        UPLOAD[:-1],  # cut off
        UPLOAD + b"{}",  # something behind it
        b"[" * 100_000,  # deeper than the stack
    ],
)
def test_bytes_that_are_no_record_name_where_they_stood(value: bytes | None) -> None:
    with pytest.raises(RecordError, match=r"^uploads\[3\]@42: expected a Upload"):
        codec.decode(Upload, value, where="uploads[3]@42")


@given(st.sampled_from(TOPICS), st.binary(max_size=200))
def test_random_bytes_are_a_record_error_at_worst(topic: Topic, value: bytes) -> None:
    try:
        codec.decode(topic.record, value)
    except RecordError:
        pass


@given(st.sampled_from(TOPICS), st.data())
def test_damaged_records_are_a_record_error_at_worst(topic: Topic, data: st.DataObject) -> None:
    whole = bytearray(json.dumps(data.draw(st.sampled_from(topic.examples))).encode())
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        whole[at] = data.draw(st.integers(0, 255))
    try:
        record = codec.decode(topic.record, bytes(whole))
    except RecordError:
        return
    assert codec.decode(topic.record, codec.encode(record)) == record


def test_headers_are_cloudevents_in_binary_mode() -> None:
    east = timezone(timedelta(hours=1))
    time = datetime(2026, 11, 25, 10, 30, 0, 500_000, tzinfo=east)

    headers = codec.headers(UPLOADS, id="i-1", source="submit", subject="v-1", time=time)

    assert headers == [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"i-1"),
        ("ce_source", b"submit"),
        ("ce_type", b"reelguard.upload.v1"),
        ("ce_time", b"2026-11-25T09:30:00.500000Z"),
        ("ce_subject", b"v-1"),
        ("content-type", b"application/json"),
    ]

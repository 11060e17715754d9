"""Docstring notes become descriptions in the schemas."""

from typing import Any

import msgspec
import pytest

from topics import schema
from topics.catalogue import TOPICS
from topics.uploads import UPLOADS


def definition(topic_index: int, name: str) -> dict[str, Any]:
    part: dict[str, Any] = schema.of_topic(TOPICS[topic_index])["$defs"][name]
    return part


def test_a_note_stands_beside_its_field_and_no_longer_in_the_summary() -> None:
    upload = definition(0, "Upload")

    assert upload["description"] == (
        "One uploaded video. Unknown fields are ignored, so producers may send more."
    )
    assert upload["properties"]["surface"]["description"] == (
        "where it would appear, as `feed`, `ads`, `kids`"
    )


def test_a_note_is_put_before_what_the_type_says() -> None:
    field = schema.described(
        {
            "description": "A thing.\n\n    share: of the frames",
            "properties": {"share": {"type": "number", "description": "in [0, 1]"}},
        }
    )["properties"]["share"]

    assert field == {"type": "number", "description": "of the frames (in [0, 1])"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a: one", [("a", "one")]),
        ("a, b: both", [("a", "both"), ("b", "both")]),  # one note for two fields
        ("a: one; b: two", [("a", "one"), ("b", "two")]),  # two notes on a line
        ("a: one; and more", [("a", "one; and more")]),  # a semicolon alone ends no note
        ("a: one\n    goes on\nb: two", [("a", "one goes on"), ("b", "two")]),
        ("Plain words.", []),
    ],
)
def test_notes_are_read_line_by_line(body: str, expected: list[tuple[str, str]]) -> None:
    assert schema.notes(body) == expected


def test_a_note_on_a_field_that_is_not_there_stops_the_generation() -> None:
    with pytest.raises(KeyError, match="gone"):
        schema.described({"description": "A thing.\n\ngone: no more", "properties": {}})


def test_events_allow_unknown_fields_and_the_logs_do_not() -> None:
    strict = {
        topic.name
        for topic in TOPICS
        if schema.of_topic(topic)["$defs"][topic.record.__name__].get("additionalProperties")
        is False
    }
    assert strict == {"policies", "engines"}


def test_no_two_parts_of_different_records_share_a_name() -> None:
    single = {name for topic in TOPICS for name in msgspec.json.schema(topic.record)["$defs"]}

    assert schema.components(TOPICS).keys() == single


def test_a_schema_names_its_dialect_and_itself() -> None:
    head = schema.of_topic(UPLOADS)

    assert head["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert head["$id"] == "urn:reelguard:uploads:v1"

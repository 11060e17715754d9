"""The AsyncAPI document says what the declarations say."""

from typing import Any

import pytest

from topics.asyncapi import document
from topics.catalogue import TOPICS


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references(value)]
    if isinstance(part, list):
        return [found for value in part for found in references(value)]
    return []


def test_every_topic_is_a_channel(described: dict[str, Any]) -> None:
    addresses = [channel["address"] for channel in described["channels"].values()]

    assert addresses == [topic.name for topic in TOPICS]


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    for reference in references(described):
        part: Any = described
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part


def test_a_channel_carries_the_settings_its_topic_is_created_with(
    described: dict[str, Any],
) -> None:
    assert described["channels"]["dead-letters"]["bindings"]["kafka"] == {
        "partitions": 4,
        "topicConfiguration": {
            "cleanup.policy": ["delete"],
            "max.message.bytes": 2097152,
            "retention.ms": 2592000000,
        },
        "bindingVersion": "0.5.0",
    }


def test_a_compacted_topic_names_no_retention(described: dict[str, Any]) -> None:
    kafka = described["channels"]["worker-status"]["bindings"]["kafka"]

    assert kafka["topicConfiguration"] == {
        "cleanup.policy": ["compact"],
        "max.message.bytes": 1048576,
    }


def test_workers_receive_uploads_and_send_verdicts(described: dict[str, Any]) -> None:
    operations = described["operations"]

    assert operations["receive-uploads"]["action"] == "receive"
    assert operations["send-verdicts"]["action"] == "send"
    assert "send-uploads" not in operations
    assert "receive-verdicts" not in operations


def test_a_message_has_cloudevents_headers_and_examples(described: dict[str, Any]) -> None:
    message = described["components"]["messages"]["verdicts"]

    assert message["headers"]["properties"]["ce_type"] == {"const": "reelguard.verdict.v1"}
    assert message["headers"]["required"][0] == "ce_specversion"
    assert [example["name"] for example in message["examples"]] == ["example-1", "example-2"]

"""Turn the list of topics into one AsyncAPI 3.0 document: who sends what where, and how it looks.

Writes no files: `generate.py` does. Seen from Reelguard: `receive` is what its workers read,
`send` what they write.
Source: AsyncAPI 3.0.0, Kafka bindings 0.5.0, CloudEvents 1.0 Kafka binding (binary mode).
"""

from typing import Any

from .catalogue import TOPICS
from .declare import Topic
from .schema import components

Part = dict[str, Any]

KAFKA_BINDING = "0.5.0"
CONTRACT_VERSION = "1.0.0"  # of the records; grows with them, not with the product
WORKERS = frozenset({"worker: moderate", "every worker", "reviews agent", "whatever fails"})


def document() -> Part:
    """The whole document, in the order in which it is read."""
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {"kafka": _server()},
        "channels": {_id(topic): _channel(topic) for topic in TOPICS},
        "operations": {name: part for topic in TOPICS for name, part in _operations(topic)},
        "components": {
            "messages": {_id(topic): _message(topic) for topic in TOPICS},
            "schemas": components(TOPICS),
        },
    }


def _id(topic: Topic) -> str:
    return topic.name.replace(".", "-")


def _info() -> Part:
    return {
        "title": "Reelguard",
        "version": CONTRACT_VERSION,
        "description": (
            "Uploaded videos in, moderation verdicts out. At least once: the first record with a "
            "verdict_id is the decision, later ones are duplicates whatever they say. Every "
            "topic's name takes the prefix in REELGUARD_TOPIC_PREFIX."
        ),
        "license": {"name": "Apache-2.0"},
    }


def _server() -> Part:
    bootstrap = {"default": "localhost:9092", "description": "REELGUARD_KAFKA: bootstrap servers"}
    return {"host": "{bootstrap}", "protocol": "kafka", "variables": {"bootstrap": bootstrap}}


def _channel(topic: Topic) -> Part:
    settings = topic.configuration()
    configuration: Part = {
        "cleanup.policy": [settings["cleanup.policy"]],
        "max.message.bytes": int(settings["max.message.bytes"]),
    }
    if "retention.ms" in settings:
        configuration["retention.ms"] = int(settings["retention.ms"])
    kafka = {"partitions": topic.partitions, "topicConfiguration": configuration}
    return {
        "address": topic.name,
        "title": topic.name,
        "description": (
            f"{topic.description} Written by: {', '.join(topic.producers)}. "
            f"Read by: {', '.join(topic.consumers)}."
        ),
        "messages": {_id(topic): {"$ref": f"#/components/messages/{_id(topic)}"}},
        "bindings": {"kafka": kafka | {"bindingVersion": KAFKA_BINDING}},
    }


def _operations(topic: Topic) -> list[tuple[str, Part]]:
    sides = {"receive": topic.consumers, "send": topic.producers}
    channel = {"$ref": f"#/channels/{_id(topic)}"}
    return [
        (f"{action}-{_id(topic)}", {"action": action, "channel": channel})
        for action, parties in sides.items()
        if WORKERS.intersection(parties)
    ]


def _message(topic: Topic) -> Part:
    key = {"type": "string", "description": topic.key}
    return {
        "name": topic.ce_type,
        "title": topic.record.__name__,
        "summary": topic.description,
        "contentType": "application/json",
        "headers": _headers(topic),
        "payload": {"$ref": f"#/components/schemas/{topic.record.__name__}"},
        "bindings": {"kafka": {"key": key, "bindingVersion": KAFKA_BINDING}},
        "examples": [
            {"name": f"example-{number}", "payload": example}
            for number, example in enumerate(topic.examples, 1)
        ],
    }


def _headers(topic: Topic) -> Part:
    text = {"type": "string"}
    fields: Part = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": text | {"description": "the record's own id"},
        "ce_source": text | {"description": "who wrote it"},
        "ce_type": {"const": topic.ce_type},
        "ce_time": text | {"format": "date-time"},
        "ce_subject": text | {"description": "what it is about, as the record's key"},
        "content-type": {"const": "application/json"},
    }
    return {"type": "object", "required": list(fields), "properties": fields}

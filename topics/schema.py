"""Turn record types into JSON Schema 2020-12, docstring notes on fields moved to the fields.

Writes no files: `generate.py` does. The structure is msgspec's own; ours are the head of the
document and the notes. A note is a line `name: text` below a docstring's first paragraph, with
the name as on the wire; several names or several notes share a line as in `k, n: ...; m: ...`.
"""

import inspect
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from .declare import Topic

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAMES = r"[a-z_]+(?:, [a-z_]+)*"
_NOTE = re.compile(rf"({_NAMES}): (.+)")
_NEXT_NOTE = re.compile(rf"; (?={_NAMES}: )")


def of_topic(topic: Topic) -> Schema:
    """The schema of one topic's values, complete in itself."""
    schema = msgspec.json.schema(topic.record)
    return {
        "$schema": DIALECT,
        "$id": f"urn:reelguard:{topic.name}:v1",
        "title": topic.name,
        "description": topic.description,
        "$ref": schema["$ref"],
        "$defs": {name: described(part) for name, part in schema["$defs"].items()},
    }


def components(topics: Iterable[Topic]) -> dict[str, Schema]:
    """The schemas of all records and their parts, as an AsyncAPI document refers to them."""
    records = list(dict.fromkeys(topic.record for topic in topics))
    _, parts = msgspec.json.schema_components(records, ref_template="#/components/schemas/{name}")
    return {name: described(part) for name, part in sorted(parts.items())}


def described(part: Schema) -> Schema:
    """The schema of one struct with its docstring's notes moved to the fields they speak of."""
    summary, _, body = inspect.cleandoc(part.get("description", "")).partition("\n\n")
    fields = {name: dict(field) for name, field in part["properties"].items()}
    for name, text in notes(body):
        field = fields[name]
        known = field.get("description")
        field["description"] = f"{text} ({known})" if known else text
    return part | {"description": " ".join(summary.split()), "properties": fields}


def notes(body: str) -> list[tuple[str, str]]:
    """Every (field, text) in a docstring's body; an indented line continues the one above."""
    joined = re.sub(r"\n +", " ", body)
    found = []
    for line in joined.splitlines():
        for piece in _NEXT_NOTE.split(line.strip()):
            if match := _NOTE.fullmatch(piece):
                found += [(name, match[2]) for name in match[1].split(", ")]
    return found

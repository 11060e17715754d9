"""topics/asyncapi.yaml is a valid AsyncAPI 3.0 document, by AsyncAPI's own schema."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

DOCUMENT = Path(__file__).parents[2] / "topics/asyncapi.yaml"


@pytest.fixture
def validator(node_folder: Path) -> Draft7Validator:
    schema = node_folder / "node_modules/@asyncapi/specs/schemas/3.0.0.json"
    return Draft7Validator(json.loads(schema.read_text()))


@pytest.fixture
def document() -> Any:
    return yaml.safe_load(DOCUMENT.read_text())


def test_the_document_is_valid(validator: Draft7Validator, document: Any) -> None:
    assert [error.json_path for error in validator.iter_errors(document)] == []


def test_a_wrong_kafka_binding_would_be_noticed(validator: Draft7Validator, document: Any) -> None:
    document["channels"]["uploads"]["bindings"]["kafka"]["partitions"] = "four"

    assert [error.json_path for error in validator.iter_errors(document)] == ["$.channels.uploads"]

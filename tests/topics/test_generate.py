"""The generated files: present, current, and true of the records."""

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from topics import codec, generate
from topics.catalogue import TOPICS
from topics.declare import Topic
from topics.errors import RecordError

EXAMPLES = sorted(generate.FOLDER.glob("examples/*/*.json"))
topics = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
examples = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-2:]))


def schema_of(topic: str) -> Draft202012Validator:
    schema = json.loads((generate.FOLDER / "schemas" / f"{topic}.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def topic_of(path: Path) -> Topic:
    return next(topic for topic in TOPICS if topic.name == path.parent.name)


def test_nothing_has_drifted_from_the_records() -> None:
    assert generate.drift() == []


def test_a_changed_missing_or_foreign_file_is_drift(tmp_path: Path) -> None:
    generate.write(tmp_path)
    (tmp_path / "schemas/reviews.json").write_text("{}")
    (tmp_path / "examples/reviews/1.json").unlink()
    (tmp_path / "examples/reviews/99.json").write_text("{}")

    assert generate.drift(tmp_path) == [
        "examples/reviews/1.json",
        "examples/reviews/99.json",
        "schemas/reviews.json",
    ]


def test_writing_repairs_every_drift(tmp_path: Path) -> None:
    generate.write(tmp_path)
    (tmp_path / "schemas/gone.json").write_text("{}")
    (tmp_path / "asyncapi.yaml").write_text("")

    assert generate.write(tmp_path) == ["asyncapi.yaml", "schemas/gone.json"]
    assert generate.drift(tmp_path) == []


def test_check_leaves_the_files_alone_and_says_so_by_its_exit_code() -> None:
    assert generate.main(["--check"]) == 0


@topics
def test_every_topic_has_an_example(topic: Topic) -> None:
    assert len(list((generate.FOLDER / "examples" / topic.name).glob("*.json"))) >= 1


@examples
def test_every_example_fits_its_schema(path: Path) -> None:
    schema_of(path.parent.name).validate(json.loads(path.read_text()))


@examples
def test_every_example_survives_decoding_and_encoding(path: Path) -> None:
    kind = topic_of(path).record

    record = codec.decode(kind, path.read_bytes())

    assert codec.decode(kind, codec.encode(record)) == record


@examples
def test_what_we_encode_fits_the_schema_too(path: Path) -> None:
    record = codec.decode(topic_of(path).record, path.read_bytes())

    schema_of(path.parent.name).validate(msgspec.json.decode(codec.encode(record)))


@topics
def test_schema_and_codec_require_the_same_fields(topic: Topic) -> None:
    validator = schema_of(topic.name)
    for field in topic.examples[0]:
        damaged = {key: value for key, value in topic.examples[0].items() if key != field}
        try:
            codec.decode(topic.record, json.dumps(damaged).encode())
        except RecordError:
            assert not validator.is_valid(damaged), field
        else:
            assert validator.is_valid(damaged), field

"""Turn records into the bytes on the wire and back; CloudEvents 1.0 binary headers beside them.

Events are read tolerantly (unknown fields ignored), policies and engines strictly (their structs
forbid unknown fields); missing or mistyped is always `RecordError`.
Source: CloudEvents 1.0 Kafka protocol binding, binary content mode.
"""

from datetime import UTC, datetime
from functools import cache
from typing import TypeVar

import msgspec

from .declare import Topic
from .errors import RecordError

Record = TypeVar("Record", bound=msgspec.Struct)
Headers = list[tuple[str, bytes]]

_ENCODER = msgspec.json.Encoder(order="deterministic")


@cache
def _decoder(kind: type[Record]) -> msgspec.json.Decoder[Record]:
    return msgspec.json.Decoder(kind)


def encode(record: msgspec.Struct) -> bytes:
    """A record as JSON, keys in a fixed order, so equal records are equal bytes."""
    return _ENCODER.encode(record)


def decode(kind: type[Record], value: bytes | None, *, where: str = "record") -> Record:
    """The record in `value`.

    where: named in the error, as `uploads[3]@42`
    raises: RecordError when the bytes are no such record, or there are none
    """
    if value is None:
        raise RecordError(f"{where}: expected a {kind.__name__}, got a tombstone (no value)")
    try:
        record: Record = _decoder(kind).decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"{where}: expected a {kind.__name__}: {error}") from error
    return record


def headers(topic: Topic, *, id: str, source: str, subject: str, time: datetime) -> Headers:
    """CloudEvents headers of one record; `id` is the record's own id, `source` who wrote it."""
    fields = {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": source,
        "ce_type": topic.ce_type,
        "ce_time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_subject": subject,
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in fields.items()]

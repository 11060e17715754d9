"""Fold the log of engines: the same rule as for policies, with the engine's name for an id."""

from hashlib import sha256

import msgspec

from policies import log
from policies.log import Entry, LogState
from topics import codec
from topics.engines import EngineRecord
from topics.errors import RecordError


def empty() -> LogState[EngineRecord]:
    """The state before the first record."""
    return LogState()


def apply(
    state: LogState[EngineRecord], offset: int, value: bytes | None, *, key: bytes | None
) -> LogState[EngineRecord]:
    """The state after one more record; what does not count is ignored and reported."""
    return log.apply(state, read, offset, key, value)


def read(value: bytes | None) -> Entry[EngineRecord]:
    """A record of the log as an entry; raises RecordError when it is none."""
    record = codec.decode(EngineRecord, value, where="engines")
    if (record.mode == "canary") != (record.canary_percent is not None):
        raise RecordError(f"{record.engine}: canary_percent belongs to mode canary and only to it")
    return Entry(
        id=record.engine,
        version=record.version,
        mode=record.mode,
        content_hash=_content_hash(record),
        record=record,
    )


def _content_hash(record: EngineRecord) -> str:
    """Of the artefact, whoever published it and why: the manifest names everything inside."""
    served = (record.engine, record.version, record.uri, record.manifest_sha256)
    mode = (record.mode, record.canary_percent)
    return sha256(msgspec.json.encode((*served, *mode))).hexdigest()

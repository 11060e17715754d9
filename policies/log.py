"""Fold a log of versions, record by record, into what is held of each id; pure.

A record counts only if it is valid and its version is exactly the held one + 1; everything else is
ignored and reported. So of two operators who publish one version at once the first wins in every
worker, now and after any restart. Knows of no Kafka: the caller hands in offset, key and value.
Source: DESIGN.md section 1, "State from a log".

The newest version's mode decides: `live` replaces what was live and ends its candidate; `shadow`
and `canary` become the candidate beside it; `retired` takes both away, and an older live version
does not come back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import msgspec

from topics.errors import PolicyError, RecordError
from topics.fields import Mode

Record = TypeVar("Record", bound=msgspec.Struct)


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[Record]):
    """One version as it stands in the log."""

    id: str
    version: int
    mode: Mode
    content_hash: str
    record: Record


@dataclass(frozen=True, kw_only=True)
class Held(Generic[Record]):
    """What is in force of one id after its newest version; both None once it is retired."""

    version: int
    live: Entry[Record] | None = None
    candidate: Entry[Record] | None = None


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A record that does not count, and why."""

    offset: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LogState(Generic[Record]):
    """All ids of one log. `ignored` grows in the order of the log."""

    held: Mapping[str, Held[Record]] = field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()


def apply(
    state: LogState[Record],
    read: Callable[[bytes | None], Entry[Record]],
    offset: int,
    key: bytes | None,
    value: bytes | None,
) -> LogState[Record]:
    """The state after one more record.

    read: bytes to a valid entry; raises RecordError or PolicyError for anything else
    """
    try:
        entry = read(value)
        _check_key(entry, key)
        held = _step(state.held.get(entry.id), entry)
    except (RecordError, PolicyError) as error:
        ignored = Ignored(offset=offset, reason=str(error))
        return replace(state, ignored=(*state.ignored, ignored))
    return replace(state, held={**state.held, entry.id: held})


def _check_key(entry: Entry[Record], key: bytes | None) -> None:
    if key != entry.id.encode():
        raise RecordError(f"key {key!r} for {entry.id!r}, expected the id")


def _step(held: Held[Record] | None, entry: Entry[Record]) -> Held[Record]:
    """What is held of an id after its next version."""
    newest = held.version if held else 0
    if entry.version != newest + 1:
        raise PolicyError(f"{entry.id}: version {entry.version} after {newest}")
    if entry.mode == "retired":
        return Held(version=entry.version)
    if entry.mode == "live":
        return Held(version=entry.version, live=entry)
    return Held(version=entry.version, live=held.live if held else None, candidate=entry)

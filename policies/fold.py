"""Fold the log of policies into what is in force, and say which versions judge an upload.

Pure: the same records give the same state in every worker, after any restart. The rule of the
log itself is in log.py, which the log of engines shares.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from policies import log
from policies.canary import is_chosen
from policies.log import Entry, Held, Ignored, LogState
from policies.policy import check
from topics import codec
from topics.identity import digest
from topics.policies import Policy, PolicyRecord


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """A policy version that judges an upload; a shadow is judged and does not decide."""

    policy: Policy
    decides: bool


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What is in force at one moment; it serves an upload from its first engine pass on."""

    held: tuple[Held[PolicyRecord], ...] = ()

    def policies_for(self, video_id: str) -> tuple[Assigned, ...]:
        """The versions that judge this upload, sorted by id, the deciding one of an id first.

        A canary judges its share of the uploads instead of the live version; a shadow judges all
        of them beside it.
        """
        return tuple(assigned for held in self.held for assigned in _assigned(held, video_id))

    @cached_property
    def policy_set(self) -> str:
        """One id for everything in force: sha256 over (id, version, mode, content hash)."""
        return digest(*[(e.id, e.version, e.mode, e.content_hash) for e in self._in_force()])

    @cached_property
    def versions(self) -> dict[str, int]:
        """The newest version in force of each id: a candidate's where there is one."""
        return {entry.id: entry.version for entry in self._in_force()}

    @cached_property
    def empty(self) -> bool:
        """Whether no version decides about any upload."""
        return all(entry.mode == "shadow" for entry in self._in_force())

    def _in_force(self) -> Iterator[Entry[PolicyRecord]]:
        """Sorted by id, then version."""
        for held in self.held:
            yield from (entry for entry in (held.live, held.candidate) if entry)


@dataclass(frozen=True, kw_only=True)
class State:
    """The log of policies as far as it was read."""

    log: LogState[PolicyRecord] = field(default_factory=LogState)

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """The records that did not count, in order, and why."""
        return self.log.ignored

    @cached_property
    def snapshot(self) -> Snapshot:
        """What is in force after the last record."""
        return Snapshot(held=tuple(held for _, held in sorted(self.log.held.items())))

    def newest(self, policy_id: str) -> int:
        """The newest version of an id that counts, retired or not; 0 where there is none."""
        held = self.log.held.get(policy_id)
        return held.version if held else 0


def empty() -> State:
    """The state before the first record."""
    return State()


def apply(state: State, offset: int, value: bytes | None, *, key: bytes | None) -> State:
    """The state after one more record; what does not count is ignored and reported."""
    return State(log=log.apply(state.log, read, offset, key, value))


def read(value: bytes | None) -> Entry[PolicyRecord]:
    """A record of the log as an entry.

    raises: RecordError for bytes that are no policy record, PolicyError for an invalid policy
    """
    record = codec.decode(PolicyRecord, value, where="policies")
    check(record.policy)
    return Entry(
        id=record.policy.id,
        version=record.policy.version,
        mode=record.policy.mode,
        content_hash=content_hash(record.policy),
        record=record,
    )


def content_hash(policy: Policy) -> str:
    """sha256 over the policy's canonical JSON: tells two versions with one number apart."""
    return sha256(codec.encode(policy)).hexdigest()


def _assigned(held: Held[PolicyRecord], video_id: str) -> Iterator[Assigned]:
    live = held.live.record.policy if held.live else None
    candidate = held.candidate.record.policy if held.candidate else None
    if candidate and candidate.mode == "canary" and _judges(candidate, video_id):
        yield Assigned(policy=candidate, decides=True)
        return
    if live:
        yield Assigned(policy=live, decides=True)
    if candidate and candidate.mode == "shadow":
        yield Assigned(policy=candidate, decides=False)


def _judges(canary: Policy, video_id: str) -> bool:
    return is_chosen(canary.id, canary.version, canary.canary_percent, video_id)

"""Turn the `verdicts` topic into decisions to act upon: what `reelguard-client` is for.

- The first record with a verdict_id is the decision; duplicates are dropped, whatever they say.
- A decision older than one already delivered for the same video is delivered with `outdated`.
- The offset is committed after yours: when the loop asks for the next decision, this one is done.
  So a crash repeats at most the decision in hand (at least once); acting on it must bear that, or
  `is_known` must say that it has been acted upon.
- After a restart, and when a partition comes from another member of the group, the last
  `look_back` records before the committed offset are read again, silently, so duplicates and
  outdated decisions are recognised across it.
- Bad bytes are reported and skipped; they never end the loop.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Unpack

from .codec import decode
from .decisions import Decision, Memory
from .errors import RecordError
from .reading import BadRecord, Options, Reading
from .verdicts import Verdict

if TYPE_CHECKING:
    from .group_reader import Record


def verdicts(
    bootstrap_servers: str, *, group_id: str, **options: Unpack[Options]
) -> Iterator[Decision]:
    """Iterate over the decisions, for ever or until `timeout_seconds` pass without a record.

    bootstrap_servers: host:port of Kafka, several separated by commas
    group_id: consumers with the same one share the work and the offsets
    options:  see `Reading`
    raises:   BrokerFault when no broker answers or it refuses
    """
    return _decisions(Reading(bootstrap_servers, group_id, **options))


def _decisions(reading: Reading) -> Iterator[Decision]:
    from .group_reader import GroupReader  # kafka-python takes 0.3 s: only who reads pays

    memory = Memory()
    with closing(GroupReader(reading)) as reader:
        for record in reader.records():
            decision = _decide(record, memory, reading)
            if decision is None:
                reader.done(record)  # committed with the next decision, or when it is quiet
                continue
            yield decision  # who breaks off here gets it again
            reader.done(record)
            reader.commit()


def _decide(record: "Record", memory: Memory, reading: Reading) -> Decision | None:
    """The decision in the record; None for a duplicate, a bad record and what was handled."""
    place, offset = record.partition, record.offset
    try:
        verdict = decode(Verdict, record.value, where=record.where)
    except RecordError as error:
        if not record.handled:
            bad = BadRecord(place.topic, place.partition, offset, record.value, error)
            reading.on_bad_record(bad)
        return None
    if memory.knows(verdict):
        return None
    handled = record.handled or reading.is_known(verdict.verdict_id)
    outdated = memory.take(verdict)
    return None if handled else Decision(verdict, outdated, place.partition, offset)

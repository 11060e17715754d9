"""Publish an engine version to the log, and read back whether it counts.

As for policies: of two operators who publish one version at once the first wins everywhere.
"""

from policies import engine_log
from policies.log import LogState
from topics.engines import ENGINES, EngineRecord
from topics.errors import PolicyError
from topics.scan import scan
from topics.write import writer

from .publish import Place


def read_log(place: Place) -> LogState[EngineRecord]:
    """The fold of the whole log as it stands now. raises: BrokerFault."""
    state = engine_log.empty()
    for found in scan(place.bootstrap, ENGINES.prefixed(place.prefix)):
        state = engine_log.apply(state, found.offset, found.value, key=found.key)
    return state


def next_version(state: LogState[EngineRecord], engine: str) -> int:
    """The only version that would count."""
    held = state.held.get(engine)
    return held.version + 1 if held else 1


def publish(place: Place, record: EngineRecord) -> int:
    """Write a version and return its offset once it is known to count.

    raises: PolicyError when another publisher was first; BrokerFault
    """
    with writer(place.bootstrap, prefix=place.prefix) as out:
        id = f"{record.engine}@{record.version}"
        written = out.send(ENGINES, record.engine, record, id=id)
    lost = next((one for one in read_log(place).ignored if one.offset == written.offset), None)
    if lost is not None:
        raise PolicyError(f"{id} does not count: {lost.reason}")
    return written.offset

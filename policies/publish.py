"""Publish a policy version to the log, and read back whether it counts.

Of two operators who publish one version at once the first wins everywhere; the second one's
read-back finds another content hash and says so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from policies import fold
from policies.fold import State, content_hash
from topics.errors import PolicyError
from topics.policies import POLICIES, Policy, PolicyRecord
from topics.scan import scan
from topics.write import writer


@dataclass(frozen=True)
class Place:
    """Where the log is."""

    bootstrap: str
    prefix: str


def read_log(place: Place) -> State:
    """The fold of the whole log as it stands now. raises: BrokerFault."""
    state = fold.empty()
    for found in scan(place.bootstrap, POLICIES.prefixed(place.prefix)):
        state = fold.apply(state, found.offset, found.value, key=found.key)
    return state


def numbered(policy: Policy, held: int, *, renumber: bool) -> Policy:
    """The policy with the version that would count.

    held: the newest version in the log, 0 if there is none
    raises: PolicyError when the file has another version and may not be renumbered
    """
    if policy.version == held + 1:
        return policy
    if renumber:
        return msgspec.structs.replace(policy, version=held + 1)
    now = f"is at version {held}" if held else "has no version yet"
    raise PolicyError(
        f"{policy.id} {now}, so the next is {held + 1}; the file says {policy.version} "
        "(`--next` numbers it for you)"
    )


def publish(place: Place, policy: Policy, *, by: str, why: str) -> int:
    """Write a version and return its offset once it is known to count.

    raises: PolicyError when another publisher was first; BrokerFault
    """
    record = PolicyRecord(policy=policy, published_at=datetime.now(UTC), published_by=by, why=why)
    with writer(place.bootstrap, prefix=place.prefix) as out:
        written = out.send(POLICIES, policy.id, record, id=f"{policy.id}@{policy.version}")
    state = read_log(place)
    lost = next((item for item in state.ignored if item.offset == written.offset), None)
    if lost is not None:
        raise PolicyError(f"{policy.id} version {policy.version} does not count: {lost.reason}")
    return written.offset


def describe(policy: Policy) -> str:
    """One line: id, version, mode and the start of its hash."""
    return f"{policy.id} version {policy.version} ({policy.mode}, {content_hash(policy)[:12]})"

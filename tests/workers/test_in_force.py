"""Nothing is judged until a policy that decides is known, nor while the log cannot be seen."""

import asyncio
from dataclasses import dataclass
from typing import cast

import pytest

from tests.policies.cases import policy, record
from topics import codec
from topics.policies import Policy
from workers.follow import Follower
from workers.in_force import IGNORED_KEPT, InForce


@dataclass
class Reader:
    """A follower that is current when the test says so."""

    current: bool = True
    topic: str = "policies"


def gate(*published: Policy, current: bool = True) -> InForce:
    """A gate whose log holds these versions."""
    in_force = InForce("nowhere:9092", "")
    in_force.follower = cast(Follower, Reader(current))
    for offset, one in enumerate(published):
        in_force._apply(offset, one.id.encode(), codec.encode(record(one)))
    return in_force


def test_no_policy_keeps_it_closed() -> None:
    assert not gate().open


def test_a_shadow_alone_keeps_it_closed() -> None:
    assert not gate(policy(mode="shadow")).open


def test_a_policy_opens_it() -> None:
    assert gate(policy()).open


def test_a_log_that_is_not_seen_keeps_it_closed_whatever_is_known() -> None:
    assert not gate(policy(), current=False).open


def test_retiring_the_last_policy_closes_it() -> None:
    assert not gate(policy(), policy(version=2, mode="retired")).open


def test_a_reader_that_never_read_is_not_current() -> None:
    assert not InForce("nowhere:9092", "").open


def test_an_upload_keeps_the_snapshot_that_it_began_with() -> None:
    in_force = gate(policy())
    began = in_force.snapshot()

    in_force._apply(1, b"weapons", codec.encode(record(policy(version=2))))

    assert (began.versions, in_force.snapshot().versions) == ({"weapons": 1}, {"weapons": 2})


async def test_who_waits_goes_on_when_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.in_force.GATE_SECONDS", 0.01)
    in_force = gate()
    waiting = asyncio.create_task(in_force.ready())
    await asyncio.sleep(0.05)
    assert not waiting.done()

    in_force._apply(0, b"weapons", codec.encode(record(policy())))

    await asyncio.wait_for(waiting, 5)


def test_what_does_not_count_is_kept_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    in_force = gate(policy(version=5))
    in_force._apply(1, b"x", b"no json")

    first, second = in_force.ignored()
    assert (first.offset, first.reason) == (0, "weapons: version 5 after 0")
    assert (second.topic, second.offset) == ("policies", 1)
    assert caplog.messages[0] == "policies@0 ignored: weapons: version 5 after 0"


def test_only_the_newest_that_do_not_count_are_kept() -> None:
    in_force = gate()
    for offset in range(2 * IGNORED_KEPT):
        in_force._apply(offset, b"x", None)

    kept = [item.offset for item in in_force.ignored()]
    assert kept == list(range(IGNORED_KEPT, 2 * IGNORED_KEPT))

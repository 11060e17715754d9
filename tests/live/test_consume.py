"""The client on a real broker: each decision once, committed after the consumer, nothing lost."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.verdict_records import Topic
from topics import BadRecord, Decision, verdicts

Read = Callable[..., Iterator[Decision]]


@pytest.fixture
def topic(kafka: str, prefix: str) -> Topic:
    return Topic(kafka, prefix)


@pytest.fixture
def read(kafka: str, prefix: str) -> Read:
    """Starts a consumer of group `g` that ends when nothing has come for half a second."""

    def start(**options: Any) -> Iterator[Decision]:
        return verdicts(kafka, group_id=prefix, prefix=prefix, timeout_seconds=0.5, **options)

    return start


def digits(decisions: Iterator[Decision]) -> str:
    return "".join(decision.verdict.verdict_id[0] for decision in decisions)


def test_duplicates_are_dropped_and_outdated_decisions_marked(topic: Topic, read: Read) -> None:
    topic.put("a", sequence=1)
    topic.put("a", sequence=1, action="allow")
    topic.put("b", sequence=5)
    topic.put("c", sequence=3)

    found = [(d.verdict.verdict_id[0], d.verdict.action, d.outdated) for d in read()]

    assert found == [("a", "error", False), ("b", "error", False), ("c", "error", True)]


def test_a_duplicate_is_recognised_after_a_restart(topic: Topic, read: Read) -> None:
    topic.put("a", sequence=5)
    assert digits(read()) == "a"
    topic.put("a", sequence=5)
    topic.put("b", sequence=3)

    (decision,) = read()

    assert decision.verdict.verdict_id[0] == "b"
    assert decision.outdated


def test_bad_bytes_are_reported_once_and_never_end_the_loop(topic: Topic, read: Read) -> None:
    bad = list[BadRecord]()
    topic.put("a")
    topic.put_bytes(b"not a verdict")
    topic.put("b")

    assert digits(read(on_bad_record=bad.append)) == "ab"
    assert digits(read(on_bad_record=bad.append)) == ""

    assert [(record.offset, record.value) for record in bad] == [(1, b"not a verdict")]
    assert "expected a Verdict" in str(bad[0].error)


def test_a_consumer_that_fails_gets_the_decision_in_hand_again(topic: Topic, read: Read) -> None:
    for digit in "abc":
        topic.put(digit)

    with pytest.raises(OSError, match="disk full"):
        for decision in read():
            if decision.verdict.verdict_id[0] == "b":
                raise OSError("disk full")

    assert digits(read()) == "bc"


def test_a_new_group_may_start_with_what_comes_from_now_on(topic: Topic, read: Read) -> None:
    topic.put("a")
    assert digits(read(from_beginning=False)) == ""
    topic.put("b")
    topic.put("a")

    assert digits(read(from_beginning=False)) == "b"


def test_a_consumer_may_know_by_itself_what_it_has_acted_upon(topic: Topic, read: Read) -> None:
    topic.put("a")
    topic.put("b")

    assert digits(read(is_known=("a" * 64).__eq__)) == "b"


def test_a_group_loses_nothing_when_a_member_leaves(topic: Topic, read: Read) -> None:
    found = list[str]()
    for number in range(40):
        topic.put("a", video=f"v-{number}", verdict_id=f"{number:064x}")

    def consume(limit: int) -> None:
        decisions = read(kafka={"heartbeat_interval_ms": 100})
        for _, decision in zip(range(limit), decisions, strict=False):
            found.append(decision.verdict.video_id)

    members = [threading.Thread(target=consume, args=(limit,)) for limit in (5, 100)]
    for member in members:
        member.start()
    for member in members:
        member.join()
    consume(100)  # whatever was left when the last one found it quiet

    assert set(found) == {f"v-{number}" for number in range(40)}
    assert len(found) <= 42  # at most what each of the two had in hand comes twice

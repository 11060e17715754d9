"""The Kafka client's complaints are heard, and not a hundred times a second."""

import logging

from workers.logs import SELDOM_SECONDS, Seldom


def heard(filter_: Seldom, name: str, text: str, at: float) -> bool:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, text, (), None)
    record.created = at
    return filter_.filter(record)


def test_the_same_complaint_of_the_kafka_client_is_heard_once_in_a_while() -> None:
    seldom = Seldom()
    assert heard(seldom, "aiokafka.client", "no node %s", 0.0)
    assert not heard(seldom, "aiokafka.client", "no node %s", 1.0)
    assert heard(seldom, "aiokafka.client", "another %s", 1.0)
    assert heard(seldom, "aiokafka.client", "no node %s", SELDOM_SECONDS)


def test_our_own_lines_are_always_heard() -> None:
    seldom = Seldom()
    assert all(heard(seldom, "workers.publish", "%s %s", 0.0) for _ in range(3))

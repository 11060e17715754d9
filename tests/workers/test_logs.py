"""Our own lines are all heard; the Kafka client repeats itself seldom."""

import logging

from workers.logs import SELDOM_SECONDS, Seldom


def record(name: str, message: str, at: float) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "", 0, message, (), None)
    made.created = at
    return made


def test_what_the_client_repeats_is_heard_once_in_a_while() -> None:
    seldom, said = Seldom(), "Unable to connect to %s"

    heard = [seldom.filter(record("aiokafka.conn", said, at)) for at in (0.0, 0.1, 9.9, 10.0)]

    assert SELDOM_SECONDS == 10.0
    assert heard == [True, False, False, True]


def test_other_messages_and_other_loggers_are_heard_beside_it() -> None:
    seldom = Seldom()

    assert seldom.filter(record("aiokafka.conn", "one", 0.0))
    assert seldom.filter(record("aiokafka.conn", "two", 0.0))
    assert seldom.filter(record("aiokafka.client", "one", 0.0))


def test_our_own_lines_are_never_left_out() -> None:
    seldom = Seldom()

    assert all(seldom.filter(record("workers.settled", "same", 0.0)) for _ in range(3))

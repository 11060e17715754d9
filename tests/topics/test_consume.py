"""The client's outside; what it does on a broker is in live/test_consume and live/test_client."""

import subprocess
import sys

import pytest

import topics
from topics.errors import BrokerFault
from topics.verdicts import VERDICTS


def test_what_consumers_need_is_exported() -> None:
    assert topics.__all__ == ["BadRecord", "Decision", "RecordError", "Verdict", "verdicts"]
    assert VERDICTS.record is topics.Verdict


def test_a_misspelt_option_is_refused_before_anything_is_read() -> None:
    with pytest.raises(TypeError, match="timeout_second"):
        topics.verdicts("127.0.0.1:1", group_id="g", timeout_second=1)  # type: ignore[call-arg]


def test_an_unknown_kafka_setting_is_refused() -> None:
    decisions = topics.verdicts("127.0.0.1:1", group_id="g", kafka={"sasl_mecanism": "PLAIN"})

    with pytest.raises(BrokerFault, match="sasl_mecanism"):
        next(decisions)


def test_a_broker_that_is_not_there_is_named() -> None:
    decisions = topics.verdicts("127.0.0.1:1", group_id="g", kafka={"bootstrap_timeout_ms": 200})

    with pytest.raises(BrokerFault, match=r"cannot connect to Kafka at '127\.0\.0\.1:1'"):
        next(decisions)


def test_importing_the_client_does_not_load_kafka() -> None:
    look = "import sys, topics; sys.exit('kafka' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", look]).returncode == 0

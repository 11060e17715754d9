"""The broker of laptops and tests is real, keeps data when asked, and names every cure."""

import socket
import tempfile
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from workers.broker import BrokerError, named_or_running, running_broker

pytestmark = pytest.mark.live


def publish(bootstrap: str, value: bytes) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic("uploads", 1, 1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    producer.send("uploads", value).get(timeout=20)
    producer.close()


def read_first(bootstrap: str) -> bytes:
    consumer = KafkaConsumer(
        "uploads", bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    try:
        value: bytes = next(iter(consumer)).value
        return value
    finally:
        consumer.close()


def test_a_broker_answers_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with running_broker() as broker:
        publish(broker.bootstrap, b"hello")
        first = read_first(broker.bootstrap)
        assert broker.log.is_relative_to(tmp_path)

    assert first == b"hello"
    assert list(tmp_path.iterdir()) == []


def test_named_data_outlive_the_broker_and_a_change_of_port(tmp_path: Path) -> None:
    with running_broker(data=tmp_path / "kafka") as broker:
        publish(broker.bootstrap, b"kept")

    with running_broker(data=tmp_path / "kafka") as broker:
        assert read_first(broker.bootstrap) == b"kept"


def test_a_taken_port_is_named_before_java_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(BrokerError, match=f"port {port} cannot be used"):
            with running_broker(port=port):
                pass


def test_a_broker_that_cannot_start_shows_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text("version=1\ncluster.id=x\nnode.id=7\n")

    with pytest.raises(BrokerError, match=r"did not start(.|\n)*Stored node id 7"):
        with running_broker(data=tmp_path):
            pass


def test_a_named_broker_is_taken_as_it_is() -> None:
    with named_or_running("kafka.example:9092") as bootstrap:
        assert bootstrap == "kafka.example:9092"

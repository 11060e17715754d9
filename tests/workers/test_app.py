"""Faust is set up as jobs of this length need it, and makes nothing on the broker by itself."""

import threading

import pytest

from workers.app import EndingWorker, build
from workers.settings import Settings, time_outs


def test_every_time_out_follows_from_the_length_of_a_job() -> None:
    conf, limits = build(Settings(job_seconds=45.0)).conf, time_outs(45.0)

    assert conf.broker_session_timeout == limits.session
    assert conf.broker_request_timeout == limits.request
    assert conf.broker_rebalance_timeout == limits.rebalance
    assert conf.broker_max_poll_interval == limits.max_poll_interval
    assert conf.stream_processing_timeout == limits.processing


def test_nothing_is_acknowledged_before_it_was_judged() -> None:
    conf = build(Settings(concurrency=7)).conf

    assert str(conf.processing_guarantee) == "ProcessingGuarantee.AT_LEAST_ONCE"
    assert (conf.broker_max_poll_records, conf.stream_buffer_maxsize) == (1, 7)
    assert conf.consumer_auto_offset_reset == "earliest"
    assert conf.stream_wait_empty is True


def test_no_topic_is_created_or_altered() -> None:
    conf = build(Settings()).conf

    assert (conf.topic_allow_declare, conf.topic_disable_leader) == (False, True)


@pytest.mark.parametrize(("port", "on"), [(0, False), (8080, True)])
def test_port_0_is_no_web_server(port: int, on: bool) -> None:
    assert build(Settings(web_port=port)).conf.web_enabled is on


def test_every_broker_that_is_named_is_asked() -> None:
    app = build(Settings(kafka="one:9092,two:9093", group="g"))

    assert [str(url) for url in app.conf.broker] == ["kafka://one:9092", "kafka://two:9093"]
    assert app.conf.id == "g"


def test_a_worker_that_does_not_end_is_ended(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    codes, ended = list[int](), threading.Event()

    def leave(code: int) -> None:
        codes.append(code)
        ended.set()

    monkeypatch.setattr("workers.app.os._exit", leave)
    worker = EndingWorker(build(Settings()), quiet=True)
    worker.patience_seconds = 0.01

    worker._end_in_time()

    assert ended.wait(5)
    assert codes == [1]
    assert caplog.messages == ["not stopped after 0 s: ending now"]

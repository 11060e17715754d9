"""Reading a topic ends: at its end, or with a broker that says nothing any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from topics import scan as scanning
from topics.errors import BrokerFault
from topics.scan import scan


class Silent:
    """A consumer whose broker promised three records and sends none."""

    def end_offsets(self, partitions: list[str]) -> dict[str, int]:
        return dict.fromkeys(partitions, 3)

    def position(self, partition: str) -> int:
        return 0

    def poll(self, timeout_ms: int) -> dict[str, Any]:
        return {}


def test_a_broker_that_falls_silent_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def silent(bootstrap: str, topic: str) -> Iterator[tuple[Silent, list[str]]]:
        yield Silent(), ["partition"]

    monkeypatch.setattr(scanning, "_consumer", silent)
    monkeypatch.setattr(scanning, "REQUEST_SECONDS", 0.05)

    with pytest.raises(BrokerFault, match="reading verdicts at kafka:9092: the broker fell silent"):
        list(scan("kafka:9092", "verdicts"))


def test_a_broker_that_is_not_there_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanning, "CONNECT_SECONDS", 0.1)

    with pytest.raises(BrokerFault, match=r"at '127\.0\.0\.1:1' within 0\.1 s: start it"):
        list(scan("127.0.0.1:1", "verdicts"))

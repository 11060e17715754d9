"""A fault is waited out with growing pauses; nothing else is."""

import asyncio
import random

import pytest

from topics.errors import BrokerFault, RecordError, StoreFault
from workers.patience import patiently


class Flaky:
    """Fails with the given errors, one a call, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.calls = list(errors), 0

    async def __call__(self, left: int, *, right: int) -> int:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return left + right


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses taken, none of which takes time; jitter at its longest."""
    taken: list[float] = []

    async def sleep(seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    return taken


async def test_the_result_comes_after_the_fault_is_over(pauses: list[float]) -> None:
    flaky = Flaky(StoreFault("full"), StoreFault("full"))

    assert await patiently(StoreFault, flaky, 1, right=2) == 3
    assert pauses == [0.5, 1.0]


async def test_pauses_grow_up_to_half_a_minute(pauses: list[float]) -> None:
    await patiently(StoreFault, Flaky(*[StoreFault("full")] * 9), 1, right=2)

    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize("other", [BrokerFault("away"), RecordError("no"), OSError("?")])
async def test_another_failure_is_not_waited_out(other: Exception, pauses: list[float]) -> None:
    flaky = Flaky(other)

    with pytest.raises(type(other)):
        await patiently(StoreFault, flaky, 1, right=2)
    assert (flaky.calls, pauses) == (1, [])


async def test_patience_ends_when_it_is_cancelled() -> None:
    waiting = asyncio.create_task(patiently(StoreFault, Flaky(StoreFault("full")), 1, right=2))
    await asyncio.sleep(0.01)

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_each_failed_try_is_logged_with_its_reason(
    pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    await patiently(StoreFault, Flaky(StoreFault("disk full")), 1, right=2)

    assert caplog.messages == ["store: disk full; again in 0.5 s"]

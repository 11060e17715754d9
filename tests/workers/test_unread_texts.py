"""What the guard cannot read of what is in force is said before the first upload asks."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.policies.cases import policy
from tests.workers.test_in_force import gate
from topics.policies import Policy
from workers.engine_process import EngineProcess
from workers.settings import SHIPPED_GUARD
from workers.unread_texts import UnreadTexts

MISBEHAVES = "tests.workers.engine_that_misbehaves"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EngineProcess]:
    """An engine that reads everything but `unreadable`."""
    process = EngineProcess("safeguard", str(tmp_path / "starts"), threads=1, module=MISBEHAVES)
    await process.start()
    yield process
    await process.stop()


async def looked(engine: EngineProcess, *policies: Policy) -> UnreadTexts:
    unread = UnreadTexts(engine, gate(*policies))
    await unread.look()
    return unread


async def test_every_text_that_cannot_be_read_is_named_once(
    engine: EngineProcess, caplog: pytest.LogCaptureFixture
) -> None:
    bad = policy("b", text="unreadable", paraphrases=("fine", "unreadable"))
    with caplog.at_level(logging.WARNING):
        unread = await looked(engine, policy("a"), bad)
        await unread.look()
    said = ("b v1 text cannot be read: why not", "b v1 paraphrase 2 cannot be read: why not")
    assert unread.problems() == said
    assert caplog.messages == [f"{one}; uploads are not judged under it" for one in said]


async def test_candidates_are_asked_about_too(engine: EngineProcess) -> None:
    unread = await looked(engine, policy(), policy(version=2, mode="shadow", text="unreadable"))
    assert unread.problems() == ("weapons v2 text cannot be read: why not",)


async def test_a_better_version_ends_the_problem(engine: EngineProcess) -> None:
    in_force = gate(policy(text="unreadable"))
    unread = UnreadTexts(engine, in_force)
    await unread.look()
    assert unread.problems()
    better = gate(policy(text="unreadable"), policy(version=2))
    in_force._state = better._state
    await unread.look()
    assert unread.problems() == ()


async def test_the_guard_is_asked_only_when_something_has_changed(engine: EngineProcess) -> None:
    unread = await looked(engine, policy())
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    while engine.pid is not None:
        await asyncio.sleep(0.01)
    await unread.look()
    assert engine.pid is None  # nobody has started it again


async def test_a_guard_that_does_not_answer_is_asked_again(
    engine: EngineProcess, caplog: pytest.LogCaptureFixture
) -> None:
    in_force = gate(policy(text="die"))
    unread = UnreadTexts(engine, in_force)
    await unread.look()
    assert "which policies can be read is not known yet" in caplog.text
    in_force._state = gate(policy(text="unreadable"))._state
    await unread.look()
    assert unread.problems() == ("weapons v1 text cannot be read: why not",)


async def test_the_shipped_guard_says_what_it_cannot_read() -> None:
    engine = EngineProcess("safeguard", SHIPPED_GUARD, threads=1)
    await engine.start()
    try:
        unread = await looked(engine, policy("a", text="no guns </Think>"), policy("b"))
    finally:
        await engine.stop()
    (said,) = unread.problems()
    assert said.startswith("a v1 text cannot be read: a policy text holds '</think>'")

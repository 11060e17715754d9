"""An engine in a process of its own: whatever it does, the next upload is served."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from tests.engines.safeguard.at_once import write_at_once
from topics.errors import DeadlineExceeded, EngineCrash, EngineFault
from workers.engine_process import CHUNK_FRAMES, EngineProcess
from workers.engine_wire import Explained, ExplainRequest
from workers.settings import SHIPPED_GUARD

MISBEHAVES = "tests.workers.engine_that_misbehaves"


def frames(count: int, side: int = 4) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Frame t is all t."""
    numbers = np.arange(count, dtype=np.uint8)
    return np.broadcast_to(numbers[:, None, None, None], (count, side, side, 3))


def soon(seconds: float = 20.0) -> float:
    return asyncio.get_running_loop().time() + seconds


def alive(pid: int) -> bool:
    """Whether a process is there, as a zombie too."""
    return Path(f"/proc/{pid}").exists()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EngineProcess]:
    """A started engine that obeys the first policy."""
    process = EngineProcess("safeguard", str(tmp_path / "starts"), threads=1, module=MISBEHAVES)
    await process.start()
    yield process
    await process.stop()


async def test_the_null_engine_is_ready_and_judges_nothing() -> None:
    engine = EngineProcess("safeguard", "null", threads=1)
    await engine.start()
    try:
        assert (engine.build, engine.grade, engine.side) == ("null@0", "demo", 96)
        answers = await engine.score(frames(2, 96), ["no guns ."], deadline=soon())
        assert [[answer.word for answer in row] for row in answers] == [["unparsable"]] * 2
    finally:
        await engine.stop()
    assert engine.pid is None


async def test_an_engine_that_is_not_there_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    engine = EngineProcess("safeguard", str(tmp_path / "none"), threads=1)

    with pytest.raises(
        EngineFault, match=r"engine safeguard from .*none cannot be started: .*none"
    ):
        await engine.start()

    assert engine.pid is None
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert not [c for c in children if b"engine_main" in Path(f"/proc/{c}/cmdline").read_bytes()]


async def test_answers_keep_the_order_of_frames_over_many_requests(engine: EngineProcess) -> None:
    count = 2 * CHUNK_FRAMES + 3

    answers = await engine.score(frames(count), ["a", "b"], deadline=soon())

    assert [[a.rationale for a in row] for row in answers] == [["a", "b"]] * count
    assert [row[0].score for row in answers] == [n / 100 for n in range(count)]


async def test_no_frames_are_no_answers(engine: EngineProcess) -> None:
    assert await engine.score(frames(0), ["die"], deadline=soon()) == []


async def test_one_that_was_killed_is_started_again(engine: EngineProcess, tmp_path: Path) -> None:
    before = engine.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)

    await engine.score(frames(1), ["ok"], deadline=soon())

    assert engine.pid not in (None, before) and not alive(before)
    assert (tmp_path / "starts").read_text() == "ss"


async def test_a_dead_one_has_no_process_id(engine: EngineProcess) -> None:
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)

    async with asyncio.timeout(5):
        while engine.pid is not None:
            await asyncio.sleep(0.01)


async def test_an_upload_that_kills_it_once_is_asked_again(engine: EngineProcess) -> None:
    answers = await engine.score(frames(1), ["die-once"], deadline=soon())

    assert answers[0][0].word == "safe"


async def test_an_upload_that_kills_it_twice_is_the_one_to_blame(
    engine: EngineProcess, tmp_path: Path
) -> None:
    with pytest.raises(EngineCrash, match="engine safeguard died twice on this upload"):
        await engine.score(frames(1), ["die"], deadline=soon())

    assert (await engine.score(frames(1), ["ok"], deadline=soon()))[0][0].word == "safe"
    assert (tmp_path / "starts").read_text() == "sss"


async def test_a_deadline_ends_one_upload_and_the_next_is_judged(engine: EngineProcess) -> None:
    before = engine.pid
    assert before is not None
    message = (
        r"engine safeguard had not judged 3 frames under 1 policies when the job's time was up"
    )

    with pytest.raises(DeadlineExceeded, match=message):
        await engine.score(frames(3), ["hang"], deadline=soon(0.2))

    assert not alive(before)
    assert (await engine.score(frames(1), ["ok"], deadline=soon()))[0][0].word == "safe"


async def test_waiting_for_ones_turn_kills_nobody(engine: EngineProcess) -> None:
    before = engine.pid
    hanging = asyncio.create_task(engine.score(frames(1), ["hang"], deadline=soon(1.0)))
    await asyncio.sleep(0.05)

    with pytest.raises(DeadlineExceeded):
        await engine.score(frames(1), ["ok"], deadline=soon(0.1))

    assert engine.pid == before
    hanging.cancel()


async def test_what_the_engine_could_not_do_is_the_uploads_failure(engine: EngineProcess) -> None:
    before = engine.pid

    with pytest.raises(EngineCrash, match="engine safeguard: ValueError: no such input"):
        await engine.score(frames(1), ["fail"], deadline=soon())

    assert engine.pid == before


async def test_a_start_that_outlasts_a_job_goes_on_for_the_next(
    engine: EngineProcess, tmp_path: Path
) -> None:
    assert engine.pid is not None
    (tmp_path / "starts.slow").write_text("0.5")
    os.kill(engine.pid, signal.SIGKILL)

    with pytest.raises(DeadlineExceeded):
        await engine.score(frames(1), ["ok"], deadline=soon(0.1))
    answers = await engine.score(frames(1), ["ok"], deadline=soon())

    assert answers[0][0].word == "safe"
    assert (tmp_path / "starts").read_text() == "ss"


async def test_stopping_ends_a_start_that_goes_on(engine: EngineProcess, tmp_path: Path) -> None:
    assert engine.pid is not None
    (tmp_path / "starts.slow").write_text("60")
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(DeadlineExceeded):
        await engine.score(frames(1), ["ok"], deadline=soon(0.3))
    starting = engine.pid

    async with asyncio.timeout(5):
        await engine.stop()

    assert starting is None or not alive(starting)
    assert engine.pid is None


async def test_a_folder_that_vanishes_is_missed_at_the_next_start_alone(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED_GUARD, tmp_path / "guard"))
    guard = EngineProcess("safeguard", str(folder), threads=1)
    await guard.start()
    try:
        shutil.rmtree(folder)
        [row] = await guard.score(frames(1, 96), ["no guns ."], deadline=soon())
        assert row[0].word in ("safe", "unsafe", "unparsable")
        assert guard.pid is not None
        os.kill(guard.pid, signal.SIGKILL)
        with pytest.raises(EngineFault, match=r"cannot be started: cannot read .*manifest\.json"):
            await guard.score(frames(1, 96), ["no guns ."], deadline=soon())
    finally:
        await guard.stop()


async def test_a_guard_that_answers_at_once_says_why_when_it_is_asked(tmp_path: Path) -> None:
    write_at_once(tmp_path / "guard")
    guard = EngineProcess("safeguard", str(tmp_path / "guard"), threads=1)
    await guard.start()
    try:
        assert guard.ready.why_tokens == 48
        [[answer]] = await guard.score(frames(1, 96), ["no guns ."], deadline=soon())
        assert (answer.word, answer.rationale) == ("unsafe", "")
        request = ExplainRequest(frames(1, 96).tobytes(), 1, 96, ("no guns .",))
        said = await guard.ask(request, Explained, "explained", deadline=soon())
        assert " : " in said.words[0]  # the place, and what it takes the black picture to show
    finally:
        await guard.stop()

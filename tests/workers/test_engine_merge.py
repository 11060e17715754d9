"""Questions that wait for the engine go together, and what breaks one of them breaks no other."""

import asyncio
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engines.safeguard.letterbox import letterbox
from engines.scenes.draw import draw
from engines.scenes.layout import arrange
from tests.workers.engine_that_misbehaves import KILLER, ROWS, SIDE
from topics.errors import DeadlineExceeded, EngineCrash
from workers.engine_merge import Waiting, merged, share_out, together
from workers.engine_process import EngineProcess
from workers.engine_wire import Answer, ScoreRequest
from workers.settings import SHIPPED_GUARD

GUNS, KNIVES = ("no guns",), ("no knives",)


def waiting(
    frames: bytes, policies: tuple[str, ...] = GUNS, alone: bool = False, deadline: float = 9.0
) -> Waiting:
    return Waiting(ScoreRequest(frames, len(frames), 1, policies), deadline, alone=alone)


def test_those_that_ask_the_same_and_fit_go_together_in_their_order() -> None:
    first, *others = queue = [
        waiting(b"ab"),
        waiting(b"c", KNIVES),  # other policies
        waiting(b"de"),
        waiting(b"fgh"),  # too many
        waiting(b"i", alone=True),  # was in a pass that failed
        waiting(b"k", deadline=8.0),  # would give up before the first
        waiting(b"j"),
    ]
    assert together(first, queue, 5) == [first, others[1], others[5]]
    assert together(others[3], queue, 5) == [others[3]]
    assert together(first, queue, 1) == [first]


def test_rows_are_frames_times_policies() -> None:
    first, other = waiting(b"ab", GUNS + KNIVES), waiting(b"c", GUNS + KNIVES)
    assert together(first, [first, other], 5) == [first]
    assert together(first, [first, other], 6) == [first, other]


def test_everyone_gets_the_answers_about_its_own_frames() -> None:
    queue = [waiting(b"ab"), waiting(b"c")]
    request = merged(queue)
    assert (request.frames, request.count, request.policies) == (b"abc", 3, GUNS)
    share_out(queue, [(Answer("safe", score, ""),) for score in (0.1, 0.2, 0.3)])
    scores = [[row[0].score for row in one.answers or ()] for one in queue]
    assert scores == [[0.1, 0.2], [0.3]]


def pictures(*levels: int) -> NDArray[np.uint8]:
    return np.broadcast_to(
        np.array(levels, np.uint8)[:, None, None, None], (len(levels), SIDE, SIDE, 3)
    )


def soon(seconds: float = 20.0) -> float:
    return asyncio.get_running_loop().time() + seconds


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EngineProcess]:
    module = "tests.workers.engine_that_misbehaves"
    process = EngineProcess("safeguard", str(tmp_path / "notes"), threads=1, module=module)
    await process.start()
    yield process
    await process.stop()


def asked(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "notes.asked").read_text().split()]


async def behind_another(
    engine: EngineProcess, order: str, *uploads: NDArray[np.uint8]
) -> list[list[float] | BaseException]:
    """The scores of uploads that come while the engine is busy, or how they failed."""
    busy = asyncio.create_task(engine.score(pictures(1), ["busy"], deadline=soon()))
    await asyncio.sleep(0.05)
    scored = await asyncio.gather(
        *(engine.score(frames, [order], deadline=soon()) for frames in uploads),
        return_exceptions=True,
    )
    await busy
    return [
        said if isinstance(said, BaseException) else [row[0].score for row in said]
        for said in scored
    ]


async def test_uploads_that_wait_are_judged_in_one_pass(
    engine: EngineProcess, tmp_path: Path
) -> None:
    uploads = [pictures(10, 11), pictures(20), pictures(30, 31)]

    assert await behind_another(engine, "ok", *uploads) == [[0.1, 0.11], [0.2], [0.3, 0.31]]
    assert asked(tmp_path) == [1, 5]


async def test_more_than_fits_waits_for_the_next_pass_in_turn(
    engine: EngineProcess, tmp_path: Path
) -> None:
    uploads = [pictures(*range(3)) for _ in range(4)]

    assert await behind_another(engine, "ok", *uploads) == [[0.0, 0.01, 0.02]] * 4
    assert asked(tmp_path) == [1, 6, 6] and ROWS == 8


async def test_frames_that_kill_a_pass_are_known_and_the_others_are_judged(
    engine: EngineProcess, tmp_path: Path
) -> None:
    uploads = [pictures(10), pictures(KILLER), pictures(30)]

    one, killer, other = await behind_another(engine, "die-on-99", *uploads)

    assert (one, other) == ([0.1], [0.3])
    assert isinstance(killer, EngineCrash) and "died twice on this upload" in str(killer)
    assert asked(tmp_path) == [1, 3, 1, 1, 1]  # together, then each alone, the killer once


async def test_frames_that_fail_a_pass_are_known_and_the_others_are_judged(
    engine: EngineProcess, tmp_path: Path
) -> None:
    one, failing = await behind_another(engine, "fail-on-99", pictures(10), pictures(KILLER))

    assert one == [0.1] and isinstance(failing, EngineCrash)
    assert asked(tmp_path) == [1, 2, 1, 1]


async def test_an_upload_that_hangs_takes_nobody_with_it_beyond_its_own_deadline(
    engine: EngineProcess,
) -> None:
    busy = asyncio.create_task(engine.score(pictures(1), ["busy"], deadline=soon()))
    await asyncio.sleep(0.05)
    good = asyncio.create_task(engine.score(pictures(10), ["hang-on-99"], deadline=soon()))
    hangs = engine.score(pictures(KILLER), ["hang-on-99"], deadline=soon(0.6))

    with pytest.raises(DeadlineExceeded, match="had not judged 1 frames under 1 policies"):
        await hangs

    assert (await good)[0][0].score == 0.1 and (await busy)[0][0].word == "safe"


async def test_one_whose_time_is_up_in_a_pass_leaves_the_others_to_be_judged_alone(
    engine: EngineProcess, tmp_path: Path
) -> None:
    busy = asyncio.create_task(engine.score(pictures(1), ["busy"], deadline=soon()))
    await asyncio.sleep(0.05)
    hangs = engine.score(pictures(KILLER), ["hang-on-99"], deadline=soon(1.0))
    good = engine.score(pictures(10), ["hang-on-99"], deadline=soon())

    late, judged = await asyncio.gather(hangs, good, return_exceptions=True)

    assert isinstance(late, DeadlineExceeded) and not isinstance(judged, BaseException)
    assert judged[0][0].score == 0.1 and (await busy)[0][0].word == "safe"
    assert asked(tmp_path) == [1, 2, 1]


async def test_an_upload_that_is_given_up_leaves_the_others_in_its_pass(
    engine: EngineProcess,
) -> None:
    busy = asyncio.create_task(engine.score(pictures(1), ["busy"], deadline=soon()))
    await asyncio.sleep(0.05)
    tasks = [
        asyncio.create_task(engine.score(pictures(level), ["busy"], deadline=soon()))
        for level in (10, 20)
    ]
    await busy
    await asyncio.sleep(0.05)
    tasks[0].cancel()  # the one that asks for both

    assert (await tasks[1])[0][0].score == 0.2 and tasks[0].cancelled()


async def test_the_shipped_guard_says_together_what_it_says_one_by_one() -> None:
    guard = EngineProcess("safeguard", SHIPPED_GUARD, threads=1)
    await guard.start()
    scenes = [arrange("street", ("gun", "flag")[n % 2 :], n) for n in range(6)]
    squares = np.stack([letterbox(draw(scene), guard.side) for scene in scenes])
    uploads = [squares[:2], squares[2:5], squares[5:]]
    try:
        alone = [await guard.score(frames, ["No guns."], deadline=soon()) for frames in uploads]
        asked = (guard.score(frames, ["No guns."], deadline=soon()) for frames in uploads)
        together = await asyncio.gather(*asked)
    finally:
        await guard.stop()
    one, other = ([*chain(*each)] for each in (alone, together))
    assert [row[0].rationale for row in one] == [row[0].rationale for row in other]
    assert [row[0].word for row in one] == [row[0].word for row in other]
    scores = zip(one, other, strict=True)
    assert all(a[0].score == pytest.approx(b[0].score, abs=1e-4) for a, b in scores)

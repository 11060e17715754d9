"""Faces and voices are found in a process of their own."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from engines.presence.shape import SIDE, SPEECH
from tests.engines.presence import real
from topics.errors import DeadlineExceeded, EngineCrash, EngineFault
from workers.engine_wire import ScoreRequest, Scores
from workers.presence import Presence

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def presence() -> AsyncIterator[Presence]:
    started = Presence()
    await started.start()
    yield started
    await started.stop()


def soon(seconds: float = 30.0) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_it_says_which_networks_it_has(presence: Presence) -> None:
    assert presence.process.build.startswith("presence@1+")
    assert presence.process.side == SIDE


async def test_a_face_is_found_and_a_rabbit_is_none(presence: Presence) -> None:
    frames = [
        real.squares(real.film("carphone_pristine.mp4"), 60, SIDE),
        real.squares(real.film("bigbuckbunny.mp4"), 60, SIDE),
    ]
    found = await presence.faces(np.concatenate(frames), deadline=soon())
    assert [len(faces) for faces in found] == [1, 1, 0, 0, 0]


async def test_speech_is_told_from_silence(presence: Presence) -> None:
    stretches = [np.zeros(16_000, np.int16), real.samples(real.speech())] * 5
    said = await presence.speech(stretches, deadline=soon())
    assert [bool((one > SPEECH).mean() > 0.5) for one in said] == [False, True] * 5


async def test_nothing_asked_is_nothing_found(presence: Presence) -> None:
    assert await presence.speech([], deadline=soon()) == []
    assert await presence.faces(np.zeros((0, SIDE, SIDE, 3), np.uint8), deadline=soon()) == []


async def test_it_judges_no_policies(presence: Presence) -> None:
    with pytest.raises(EngineCrash, match="presence was asked for ScoreRequest"):
        request = ScoreRequest(b"", 0, SIDE, ())
        await presence.process.ask(request, Scores, "judged", deadline=soon())


async def test_when_it_dies_the_next_one_is_served(presence: Presence) -> None:
    assert presence.process.pid is not None
    os.kill(presence.process.pid, signal.SIGKILL)
    assert len(await presence.faces(np.zeros((1, SIDE, SIDE, 3), np.uint8), deadline=soon())) == 1


async def test_no_time_is_an_answer_too(presence: Presence) -> None:
    with pytest.raises(DeadlineExceeded, match="had not looked for faces in 1 frames when"):
        await presence.faces(np.zeros((1, SIDE, SIDE, 3), np.uint8), deadline=soon(-1))


async def test_networks_that_are_not_there_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(EngineFault, match=r"cannot load .*faces\.onnx"):
        await Presence(tmp_path).start()

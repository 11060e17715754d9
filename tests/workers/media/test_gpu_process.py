"""Whatever the decoder does, the film is given back in time and the next one is decoded."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from topics.errors import DecoderFault
from workers.media.answers import Probe, Sample
from workers.media.gpu_process import GpuProcess, NotDecoded, absent
from workers.media.memfd import Buffer
from workers.media.prepared import Clean, Shape, Task, Watched

pytestmark = pytest.mark.asyncio(loop_scope="module")
MODULE = "tests.workers.media.decoder_that_misbehaves"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process() -> AsyncIterator[GpuProcess]:
    process = GpuProcess("cpu", MODULE)
    await process.start()
    yield process
    await process.stop()


@pytest.fixture
def file() -> Iterator[Buffer]:
    buffer = Buffer(16)
    with open(f"/proc/self/fd/{buffer.fileno()}", "r+b") as held:
        held.write(b"film")
    yield buffer
    buffer.close()


def task(does: str, pdq: str = "0f" * 32) -> Task:
    probe = Probe(
        container=does,
        codecs=["h264"],
        width=64,
        height=48,
        duration_seconds=1.0,
        has_picture=True,
        audio_seconds=0.0,
        truncated=False,
    )
    clean = Clean(
        size_bytes=16,
        numbers=[0],
        times=[0.0],
        steps=[0],
        cuts=[],
        step_seconds=1.0,
        missing_seconds=0.0,
        shape=Shape(matrix=5, width=64, height=48, quarters=0, mirrored=False),
        watched=[Watched(place=0, pdq=pdq)],
    )
    return Task(sample=Sample(side=2, step_seconds=1.0, frames_max=1), clean=clean, probe=probe)


async def decoded(process: GpuProcess, file: Buffer, what: Task, seconds: float = 20.0) -> bytes:
    _, squares = await process.decode(what, file, seconds)
    found = bytearray(4)
    squares.copy(memoryview(found))
    squares.close()
    return bytes(found)


async def test_a_film_goes_in_and_squares_come_out(process: GpuProcess, file: Buffer) -> None:
    assert await decoded(process, file, task("mp4")) == b"film"
    assert (process.ready.decoder, process.ready.device) == ("other 1.0", "cpu")


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("fail", "unexpected out-of-bounds"),
        ("die", "crash"),
        ("garbage", "bad answer"),
        ("endless", "crash"),
        ("bounds", "bad answer"),
        ("hang", "deadline"),
    ],
)
async def test_one_bad_film_among_good_ones_is_given_back(
    process: GpuProcess, file: Buffer, does: str, why: str
) -> None:
    with pytest.raises(NotDecoded, match=why):
        await process.decode(task(does), file, 1.0 if does == "hang" else 20.0)

    assert await decoded(process, file, task("mp4")) == b"film"


async def test_a_process_that_hangs_is_killed(process: GpuProcess, file: Buffer) -> None:
    await decoded(process, file, task("mp4"))
    hung = process._process
    assert hung is not None

    with pytest.raises(NotDecoded, match="deadline"):
        await process.decode(task("hang"), file, 0.3)

    assert hung.poll() == -9


async def test_frames_that_ffmpeg_shows_otherwise_are_not_taken(
    process: GpuProcess, file: Buffer
) -> None:
    near, far = "0f" * 28 + "f0" * 3 + "0f", "0f" * 28 + "f0" * 4

    assert await decoded(process, file, task("mp4", near)) == b"film"
    with pytest.raises(NotDecoded, match="other frames"):
        await process.decode(task("mp4", far), file, 20.0)


async def test_films_take_turns(process: GpuProcess, file: Buffer) -> None:
    both = [decoded(process, file, task("mp4")) for _ in range(2)]

    assert await asyncio.gather(*both) == [b"film", b"film"]


async def test_a_cancelled_film_leaves_a_process_for_the_next(
    process: GpuProcess, file: Buffer
) -> None:
    waiting = asyncio.create_task(process.decode(task("hang"), file, 60.0))
    await asyncio.sleep(0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert await decoded(process, file, task("mp4")) == b"film"


async def test_a_module_that_is_none_is_a_fault_and_then_rests(file: Buffer) -> None:
    process = GpuProcess("cpu", "tests.workers.media.nothing")

    with pytest.raises(DecoderFault, match="cannot be started"):
        await process.start()
    with pytest.raises(NotDecoded, match="no process"):
        await process.decode(task("mp4"), file, 20.0)
    began = asyncio.get_running_loop().time()
    with pytest.raises(NotDecoded, match="no process"):
        await process.decode(task("mp4"), file, 20.0)
    assert asyncio.get_running_loop().time() - began < 0.1


async def test_without_a_gpu_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.media.gpu_process.find_spec", lambda name: None)

    assert absent() == "NVIDIA DALI is not installed (the extra `gpu`)"

"""Nothing that a child says is believed before it was checked."""

import asyncio

import pytest

from topics.errors import ContentError, DeadlineExceeded, MediaResult, TooLarge, Unreadable
from workers.media.answers import Resample, Resampled
from workers.media.ask import Asker, check_times
from workers.media.memfd import Buffer
from workers.media.sandbox import Run, Sandbox
from workers.media.source import Intake, Source

REQUEST = Resample(side=8, step_seconds=1.0, frames_max=4, windows=[(0.0, 4.0)])


class LyingSandbox(Sandbox):
    """Answers without a child."""

    def __init__(self, said: bytes) -> None:
        super().__init__("nothing", memory_bytes=0)
        self._said = said

    async def run(
        self, request: bytes, source: Source, buffer_bytes: int, *, deadline_seconds: float
    ) -> Run:
        return Run(answer=self._said, buffer=Buffer(1), rss_mib=0, cpu_seconds=0)


async def asked(said: bytes, seconds: float = 5) -> Resampled:
    intake = Intake(1)
    intake.write(b"x")
    source = intake.finish()
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        asker = Asker(sandbox=LyingSandbox(said), source=source, deadline=deadline)
        answer, run = await asker.ask(REQUEST, Resampled, 1)
    finally:
        source.close()
    run.buffer.close()
    return answer


async def test_a_good_answer_is_believed() -> None:
    answer = await asked(b'{"type":"resampled","pts_seconds":[0,1.5],"decode_errors":0}')
    assert answer.pts_seconds == [0, 1.5]


@pytest.mark.parametrize(
    "said",
    [
        b"",  # nothing
        b"\xff\xfe garbage",
        b"[]",
        b'{"type":"resampled"}',  # without its numbers
        b'{"type":"shown","sizes":[1]}',  # an answer to another question
        b'{"type":"resampled","pts_seconds":[NaN],"decode_errors":0}',
        b'{"type":"resampled","pts_seconds":[-1],"decode_errors":0}',
        b'{"type":"resampled","pts_seconds":[1e300],"decode_errors":0}',
        b'{"type":"resampled","pts_seconds":[],"decode_errors":99999999999999}',
        b'{"type":"resampled","pts_seconds":' + b"[" * 100_000,  # deep
        b'{"type":"resampled","pts_seconds":[%s0],"decode_errors":0}' % (b"0," * 5000),  # long
    ],
)
async def test_a_bad_answer_is_a_failure_of_the_upload(said: bytes) -> None:
    with pytest.raises(MediaResult, match="bad_result"):
        await asked(said)


@pytest.mark.parametrize(
    ("reason", "expected"), [(b"unreadable", Unreadable), (b"too_large", TooLarge)]
)
async def test_a_refusal_names_its_reason(reason: bytes, expected: type[ContentError]) -> None:
    with pytest.raises(expected, match="why"):
        await asked(b'{"type":"refusal","reason":"%s","detail":"why"}' % reason)


async def test_no_child_is_started_after_the_deadline() -> None:
    with pytest.raises(DeadlineExceeded):
        await asked(b"", seconds=-1)


@pytest.mark.parametrize("times", [[1.0, 1.0], [2.0, 1.0], [0.0, 1.0, 2.0, 3.0, 4.0]])
def test_times_ascend_and_are_no_more_than_asked_for(times: list[float]) -> None:
    with pytest.raises(MediaResult):
        check_times(times, 4)

"""Nothing that a child says is believed before it was checked."""

import asyncio

import pytest

from topics.errors import ContentError, DeadlineExceeded, MediaResult, TooLarge, Unreadable
from workers.media.answers import Resample, Resampled, Seen
from workers.media.ask import Asker, check_frames
from workers.media.memfd import Buffer
from workers.media.sandbox import Run, Sandbox
from workers.media.source import Intake, Source

REQUEST = Resample(side=8, step_seconds=1.0, frames_max=4, windows=[(0.0, 4.0)])
FRAME = b'{"pts_seconds":1.5,"square":0,"distance":3}'
BAD_FRAMES = [
    b'{"pts_seconds":NaN,"square":0}',
    b'{"pts_seconds":-1,"square":0}',
    b'{"pts_seconds":1e300,"square":0}',
    b'{"pts_seconds":1,"square":-1}',
    b'{"pts_seconds":1,"square":0,"pdq":"zz"}',
    b'{"pts_seconds":1,"square":0,"quality":101}',
    b'{"pts_seconds":1,"square":0,"distance":257}',
]


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
    answer = await asked(b'{"type":"resampled","frames":[%s],"decode_errors":0}' % FRAME)
    assert answer.frames == [Seen(pts_seconds=1.5, square=0, distance=3)]


@pytest.mark.parametrize(
    "said",
    [
        b"",  # nothing
        b"\xff\xfe garbage",
        b"[]",
        b'{"type":"resampled"}',  # without its numbers
        b'{"type":"shown","sizes":[1]}',  # an answer to another question
        b'{"type":"resampled","frames":[],"decode_errors":99999999999999}',
        b'{"type":"resampled","frames":' + b"[" * 100_000,  # deep
        b'{"type":"resampled","frames":[%s],"decode_errors":0}' % b",".join([FRAME] * 5000),  # long
        *(b'{"type":"resampled","frames":[%s],"decode_errors":0}' % bad for bad in BAD_FRAMES),
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
    frames = [Seen(pts_seconds=at, square=number) for number, at in enumerate(times)]
    with pytest.raises(MediaResult):
        check_frames(frames, 4)


@pytest.mark.parametrize("squares", [[1], [0, 2], [0, 1, 0], [0, 1, 2, 4]])
def test_a_frame_is_in_the_next_square_or_in_its_predecessors(squares: list[int]) -> None:
    frames = [Seen(pts_seconds=float(at), square=number) for at, number in enumerate(squares)]
    with pytest.raises(MediaResult):
        check_frames(frames, 4)


def test_several_frames_may_share_a_square() -> None:
    squares = [0, 0, 1, 1]
    check_frames([Seen(pts_seconds=float(at), square=n) for at, n in enumerate(squares)], 4)

"""What a real child says of its frames is held against what was asked for."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from topics.errors import MediaResult
from workers.media.clip import Media
from workers.media.limits import DecodeLimits
from workers.media.sandbox import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")
FRAMES_MAX, SIDE = 4, 8
PROBE = {
    "container": "mov",
    "codecs": ["h264"],
    "width": 64,
    "height": 48,
    "duration_seconds": 4.0,
    "has_picture": True,
    "audio_seconds": 0.0,
    "truncated": False,
}
FRAMES = [{"pts_seconds": float(number), "square": number} for number in range(FRAMES_MAX)]
TRUTH = {
    "type": "sampled",
    "probe": PROBE,
    "decoder": "pyav",
    "step_seconds": 1.0,
    "frames": FRAMES,
    "frames_expected": 4,
    "decode_errors": 0,
}
LIES: dict[str, dict[str, Any]] = {
    "more frames than were asked for": {"frames": [*FRAMES, {"pts_seconds": 4.0, "square": 4}]},
    "a square outside the buffer": {"frames": [{"pts_seconds": 0.0, "square": 1 << 30}]},
    "a square before the buffer": {"frames": [{"pts_seconds": 0.0, "square": -1}]},
    "a square left out": {"frames": [FRAMES[0], FRAMES[2]]},
    "time that goes back": {"frames": [FRAMES[0], {"pts_seconds": 0.0, "square": 1}]},
    "a time that is no number": {"frames": [{"pts_seconds": "NaN", "square": 0}]},
    "an endless video": {"probe": {**PROBE, "duration_seconds": 1e12}},
    "a picture as wide as a road": {"probe": {**PROBE, "width": 1 << 40}},
    "more codecs than streams": {"probe": {**PROBE, "codecs": ["h264"] * 100}},
    "a name that clears the screen": {"probe": {**PROBE, "container": "mov\x1b[2J"}},
    "a name with a line of log": {"probe": {**PROBE, "codecs": ["h264\n"]}},
    "a kind that clears the screen": {"type": "\x1b[2J" * 1000},
    "a novel for a name": {"probe": {**PROBE, "container": "m" * 10_000}},
    "less than no damage": {"decode_errors": -1},
    "another kind of answer": {"type": "shown", "sizes": [1]},
    "no kind of answer": {"type": "pickle"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lying() -> AsyncIterator[Media]:
    media = Media(root=Path("/"), decoding=DecodeLimits(frames_max=FRAMES_MAX))
    media.sandbox = Sandbox("tests.workers.media.jobs_that_lie", memory_bytes=1 << 30)
    await media.start()
    yield media
    await media.stop()


async def told(media: Media, path: Path, answer: bytes) -> int:
    """How many frames are believed."""
    path.write_bytes(answer)
    async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=20) as clip:
        return len(clip.sampled.seen)


async def test_the_truth_is_believed(lying: Media, tmp_path: Path) -> None:
    assert await told(lying, tmp_path / "v", json.dumps(TRUTH).encode()) == FRAMES_MAX


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
async def test_a_lie_is_one_failure(lying: Media, tmp_path: Path, lie: dict[str, Any]) -> None:
    server = lying.sandbox.server_pid
    with pytest.raises(MediaResult, match="bad_result") as refused:
        await told(lying, tmp_path / "v", json.dumps({**TRUTH, **lie}).encode())
    assert str(refused.value).isprintable() and len(str(refused.value)) < 600
    assert lying.sandbox.server_pid == server


@pytest.mark.parametrize(
    "garbage", [b"\0", b"\xff\xfe" * 500, b"{" * 100_000, b"[" * 100_000, b'{"type":"sampled"}']
)
async def test_garbage_is_one_failure(lying: Media, tmp_path: Path, garbage: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(MediaResult, match="bad_result"):
        await told(lying, tmp_path / "v", garbage)
    assert time.monotonic() - began < 5


async def test_lies_at_once_are_failures_apart(lying: Media, tmp_path: Path) -> None:
    said = [json.dumps({**TRUTH, **lie}).encode() for lie in LIES.values()]
    said.append(json.dumps(TRUTH).encode())
    ends = await asyncio.gather(
        *(told(lying, tmp_path / str(number), answer) for number, answer in enumerate(said)),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [MediaResult] * len(LIES) + [int]

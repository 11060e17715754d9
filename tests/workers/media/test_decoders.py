"""The decoder that was asked for decodes, or the verdict's decoder says which one did, and why."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import pytest

from tests.workers.media import clips
from tests.workers.media.reels import squares
from topics.errors import DecoderFault
from workers.media.clip import Media
from workers.media.decoders import open_dali
from workers.media.gpu_process import GpuProcess, NotDecoded
from workers.media.limits import DecodeLimits
from workers.media.memfd import Buffer
from workers.media.prepared import Ready, Task

pytestmark = pytest.mark.asyncio(loop_scope="module")
PYAV = f"pyav {av.__version__}"
LARGE = [clips.grey(number, 192, 144) for number in range(24)]


@dataclass
class Failing:
    """A decoder that gives every film back."""

    why: str
    ready: Ready = Ready(decoder="other 1.0", device="none")  # noqa: RUF009
    codecs: tuple[str, ...] = ("h264",)

    async def decode(self, task: Task, file: Buffer, seconds: float) -> None:
        """It has got a film of its own, and half of the time."""
        assert (task.clean.size_bytes, seconds <= 15) > (0, False)
        raise NotDecoded(self.why)


async def decoder(media: Media, path: Path) -> tuple[str, list[int]]:
    """Who decoded, and which frames."""
    async with media.clip(path.as_uri(), sha256=None, side=32, deadline_seconds=30) as clip:
        return clip.decoder, clips.numbers(await squares(clip.sampled))


@pytest.mark.parametrize("why", ["deadline", "crash", "other frames"])
async def test_a_film_that_was_given_back_is_decoded_by_pyav(
    media: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(media, "dali", cast(GpuProcess, Failing(why)))
    path = clips.video(tmp_path / "v.mp4", pictures=LARGE)

    assert await decoder(media, path) == (f"{PYAV}; other 1.0 failed: {why}", [0])


async def test_a_film_that_is_not_for_it_is_decoded_at_once(
    media: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "dali", cast(GpuProcess, Failing("never asked")))

    small = await decoder(media, clips.video(tmp_path / "v.mp4"))

    assert small == (f"{PYAV}; no other: size", [0])


async def test_on_a_cpu_pyav_decodes(media: Media, tmp_path: Path) -> None:
    assert media.dali is None
    assert await decoder(media, clips.video(tmp_path / "v.mp4")) == (PYAV, [0])


async def test_a_gpu_that_is_asked_for_and_not_there_stops_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.media.decoders.absent", lambda: "there is no NVIDIA GPU")
    media = Media(root=None, decoding=DecodeLimits(decoder="gpu"))

    with pytest.raises(DecoderFault, match="REELGUARD_DECODER is gpu, but there is no NVIDIA GPU"):
        await media.start()
    await media.stop()


async def test_auto_takes_what_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.media.decoders.absent", lambda: "there is no NVIDIA GPU")

    assert await open_dali("auto") is None

"""Provenance reaches a clip through the sandbox, and a bad manifest costs nobody the frames."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from tests.workers.media import clips, signed
from tests.workers.media.reels import squares
from topics.verdicts import Provenance
from workers.media import vouching
from workers.media.clip import Media
from workers.media.limits import DecodeLimits

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media() -> AsyncIterator[Media]:
    media = Media(root=Path("/"), decoding=DecodeLimits(anchors=signed.authority()[0]))
    await media.start()
    yield media
    await media.stop()


async def told(media: Media, path: Path) -> tuple[Provenance, int]:
    """Its provenance, and how many frames were there to be judged."""
    async with media.clip(path.as_uri(), sha256=None, side=32, deadline_seconds=30) as clip:
        return await clip.provenance(), len(await squares(clip.sampled))


async def test_a_signed_upload_is_trusted_by_its_authority(media: Media, tmp_path: Path) -> None:
    made = Provenance(
        state="trusted",
        generator="Test Maker 1.5",
        issuer="Test Pictures Ltd",
        source_types=("trainedAlgorithmicMedia",),
    )

    assert await told(media, signed.video(tmp_path / "v.mp4")) == (made, 1)


async def test_an_upload_changed_after_signing_is_invalid(media: Media, tmp_path: Path) -> None:
    path = signed.video(tmp_path / "v.mp4")
    path.write_bytes(path.read_bytes() + (16).to_bytes(4, "big") + b"mdat" + bytes(8))

    made, _ = await told(media, path)

    assert (made.state, made.failures) == ("invalid", ("assertion.bmffHash.mismatch",))


async def test_an_upload_without_a_manifest_costs_no_child(media: Media, tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mp4")
    async with media.clip(path.as_uri(), sha256=None, side=32, deadline_seconds=30) as clip:
        await media.stop()  # nobody could be asked

        assert await clip.provenance() == Provenance(state="absent")


async def test_a_damaged_manifest_is_unreadable_and_the_frames_are_judged(
    media: Media, tmp_path: Path
) -> None:
    path = signed.video(tmp_path / "v.mp4")
    damaged = bytearray(path.read_bytes())
    start = damaged.index(b"jumb")
    damaged[start + 60 : start + 160] = bytes(100)
    path.write_bytes(damaged)

    made, frames = await told(media, path)

    assert (made.state, frames) == ("unreadable", 1)
    assert made.failures


async def test_a_look_that_takes_too_long_is_unreadable(
    media: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vouching, "SECONDS_MAX", 0.0)

    made, frames = await told(media, signed.video(tmp_path / "v.mp4"))

    assert (made, frames) == (Provenance(state="unreadable", failures=("deadline",)), 1)


async def test_no_mutant_of_a_manifest_costs_its_frames(media: Media, tmp_path: Path) -> None:
    whole = signed.video(tmp_path / "v.mp4").read_bytes()
    start, random, states = whole.index(b"jumb"), np.random.default_rng(11), set[str]()
    end = whole.index(b"moov") if whole.index(b"moov") > start else whole.index(b"mdat", start)
    for number in range(24):
        damaged = np.frombuffer(whole, np.uint8).copy()
        damaged[random.integers(start, end, 1 + number)] = random.integers(0, 256)
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(damaged.tobytes())
        made, frames = await told(media, path)
        states.add(made.state)
        assert frames == 1

    assert states <= {"absent", "invalid", "unreadable", "trusted"} and "invalid" in states

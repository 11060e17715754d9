"""Have a film sampled by PyAV and by DALI, each in its own process, to compare them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.workers.media.reels import Pixels, squares
from workers.media.answers import Seen
from workers.media.clip import Media
from workers.media.gpu_process import Device, GpuProcess
from workers.media.limits import DecodeLimits

SIDE = 256


@dataclass
class Taken:
    """One decoder's work. size: width and height, as displayed."""

    decoder: str
    seen: tuple[Seen, ...]
    frames: Pixels
    size: tuple[int, int]


@asynccontextmanager
async def media(device: Device) -> AsyncIterator[Media]:
    """With DALI on this device, every frame kept."""
    limits = DecodeLimits(step_seconds=0.1, scene_cuts=False, skip_duplicates=False)
    media = Media(root=Path("/"), decoding=limits)
    await media.start()
    media.dali = GpuProcess(device)
    await media.dali.start()
    yield media
    await media.stop()


async def taken(media: Media, path: Path, *, by_pyav: bool = False) -> Taken:
    """Sampled by DALI, or by PyAV."""
    dali = media.dali
    media.dali = None if by_pyav else dali
    try:
        async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=60) as clip:
            size = (clip.content.width, clip.content.height)
            return Taken(clip.decoder, clip.sampled.seen, await squares(clip.sampled), size)
    finally:
        media.dali = dali


def scenes(count: int, width: int = 320, height: int = 192) -> list[Pixels]:
    """Soft pictures, every place of its own colour, that move a little from each to the next."""
    few = np.random.default_rng(7).integers(0, 255, (6, 10, 3), np.uint8)
    base = np.asarray(Image.fromarray(few).resize((width, height), Image.Resampling.BICUBIC))
    return [np.roll(base, 6 * number, axis=1) for number in range(count)]


def agree(one: Taken, other: Taken) -> None:
    """The same frames at the same times; colours as near as two scalers can be."""
    assert [frame.pts_seconds for frame in one.seen] == [frame.pts_seconds for frame in other.seen]
    assert one.size == other.size
    apart = np.abs(one.frames.astype(np.int16) - other.frames)
    assert apart.mean() < 3.0, apart.mean()
    assert np.percentile(apart, 99) < 16, np.percentile(apart, 99)
    bits = [
        (int(a.pdq, 16) ^ int(b.pdq, 16)).bit_count()
        for a, b in zip(one.seen, other.seen, strict=True)
        if a.pdq and b.pdq
    ]
    assert bits and max(bits) <= 24, bits  # 31 is another picture

"""Decode a clip made on the spot in the media sandbox, as proof that the sandbox works here."""

import tempfile
import time
from pathlib import Path

from engines.scenes.layout import arrange

from .demo.film import Film, Shot, encode
from .media.clip import Media
from .settings import Settings

SECONDS = 2.0
SIDE = 96


async def decode_one(settings: Settings) -> tuple[float, int]:
    """(seconds from address to frames, frames).

    raises: SandboxFault, and what a clip raises
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doctor.mp4"
        encode(Film(shots=(Shot(arrange("street", ("bottle",), 1), SECONDS),)), path)
        media = Media(root=Path(folder))
        await media.start()
        try:
            began = time.monotonic()
            async with media.clip(
                path.as_uri(), sha256=None, side=SIDE, deadline_seconds=settings.job_seconds
            ) as clip:
                return time.monotonic() - began, len(clip.sampled.seen)
        finally:
            await media.stop()

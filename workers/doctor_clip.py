"""Decode a clip made on the spot in the media sandbox, as proof that the sandbox works here."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engines.scenes.layout import arrange

from .demo.film import Film, Shot, encode
from .media.clip import Media
from .media.confinement import Confinement
from .media.limits import DecodeLimits
from .settings import Settings

SECONDS = 2.0
SIDE = 96


@dataclass(frozen=True, kw_only=True)
class Tried:
    """seconds: from address to frames; confinement: of the process that decoded them."""

    seconds: float
    frames: int
    confinement: Confinement


async def decode_one(settings: Settings) -> Tried:
    """raises: SandboxFault, and what a clip raises."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doctor.mp4"
        encode(Film(shots=(Shot(arrange("street", ("bottle",), 1), SECONDS),)), path)
        decoding = DecodeLimits(unsandboxed=settings.unsandboxed)
        media = Media(root=Path(folder), decoding=decoding)
        await media.start()
        try:
            began = time.monotonic()
            async with media.clip(
                path.as_uri(), sha256=None, side=SIDE, deadline_seconds=settings.job_seconds
            ) as clip:
                assert media.sandbox.confinement is not None
                return Tried(
                    seconds=time.monotonic() - began,
                    frames=len(clip.sampled.seen),
                    confinement=media.sandbox.confinement,
                )
        finally:
            await media.stop()

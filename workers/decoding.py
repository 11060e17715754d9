"""Turn the settings about decoding into what a media process may do and use."""

from .anchors import read_anchors
from .media.limits import DecodeLimits
from .settings import Settings


def decode_limits(settings: Settings) -> DecodeLimits:
    """How densely a video is sampled, and its bounds. raises: UsageError naming the variable."""
    return DecodeLimits(
        step_seconds=settings.frame_seconds,
        frames_max=settings.frames_max,
        seconds_max=settings.duration_seconds_max,
        keyframes=settings.sampling == "keyframes",
        scene_cuts=settings.scene_cuts,
        skip_duplicates=settings.skip_duplicates,
        decoder=settings.decoder,
        anchors=read_anchors(settings.c2pa_anchors),
        unsandboxed=settings.unsandboxed,
    )

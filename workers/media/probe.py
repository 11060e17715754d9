"""Turn an opened container and its index into what the file is. No decoding.

Width and height are the stream's, with its pixel aspect applied; the rotation comes with the first
decoded frame (jobs.py).
"""

from av.container import InputContainer
from av.video.stream import VideoStream

from .answers import SECONDS_MAX, Probe
from .container import picture
from .index import Index
from .picture import flat, sane_aspect

_CODECS_MAX = 16
_ONE_LENGTH_FOR_ALL = ("matroska,webm",)  # which FFmpeg gives as the first stream's
_WITHOUT_PROMISE = ("mpegts", "mpeg")  # FFmpeg makes their lengths up from what it finds
_SLACK_SECONDS, _SLACK_SHARE = 0.5, 0.02  # declared durations are off by this much


def probe(container: InputContainer, index: Index) -> Probe:
    """What the verdict says about the content."""
    width, height = displayed(picture(container))
    seen = max(index.end_seconds(index.picture), index.end_seconds(index.sound))
    return Probe(
        container=container.format.name[:64],
        codecs=_codecs(container),
        width=width,
        height=height,
        duration_seconds=min(seen, SECONDS_MAX),
        has_picture=index.picture is not None,
        audio_seconds=min(index.end_seconds(index.sound), SECONDS_MAX),
        truncated=not index.complete or missing_seconds(container, index) > 0,
    )


def displayed(stream: VideoStream | None) -> tuple[int, int]:
    """Width and height with square pixels, before rotation; 0, 0 without a picture."""
    if stream is None:
        return 0, 0
    return flat(stream.width, stream.height, pixel_aspect(stream))


def pixel_aspect(stream: VideoStream) -> float:
    """Width of a pixel over its height, 1 if the stream does not say."""
    return sane_aspect(float(stream.sample_aspect_ratio or 1))


def missing_seconds(container: InputContainer, index: Index) -> float:
    """How much of picture or sound the file promises and does not hold."""
    if container.format.name in _WITHOUT_PROMISE:
        return 0.0
    tracks = [track for track in (index.picture, index.sound) if track]
    ends = [index.end_seconds(track) for track in tracks]
    promised = [track.declared_seconds for track in tracks]
    if not any(promised) or container.format.name in _ONE_LENGTH_FOR_ALL:
        promised, ends = [(container.duration or 0) / 1e6], [max(ends, default=0.0)]
    missing = max([a - b for a, b in zip(promised, ends, strict=True)], default=0.0)
    return missing if missing > _SLACK_SECONDS + _SLACK_SHARE * max(promised) else 0.0


def _codecs(container: InputContainer) -> list[str]:
    contexts = [stream.codec_context for stream in container.streams]
    names = [c.codec.canonical_name[:64] if c else "unknown" for c in contexts]
    return names[:_CODECS_MAX]

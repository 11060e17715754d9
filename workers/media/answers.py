"""Requests that the children answer, and their answers with a bound on every number.

An answer is hostile input: exchange.py reads it, ask.py holds it against the request's limits.
Times are seconds on the player's timeline.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

SECONDS_MAX = 1_000_000.0  # 11 days
FRAMES_MAX = 4096
PIXELS_MAX = 8192 * 4320  # per frame, as coded
SIDE_MAX = 65_536
_COUNT_MAX = 1 << 31

Seconds = Annotated[float, Meta(ge=0, le=SECONDS_MAX)]
Count = Annotated[int, Meta(ge=0, le=_COUNT_MAX)]
Name = Annotated[str, Meta(max_length=64, pattern=r"^[ -~]*\Z")]  # FFmpeg's, all ASCII
Side = Annotated[int, Meta(ge=0, le=SIDE_MAX)]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
HASH_BITS = 256


class Sample(msgspec.Struct, frozen=True, kw_only=True, tag="sample"):
    """Decode frames step_seconds apart, or wider, into squares of `side` px.

    keyframes: take the key frames nearest to the steps
    cuts_max: frames more, at most, where the content jumps
    duplicate_distance: hashes at most so far apart may be duplicates; None: there are none
    seconds_max: a longer video is too large
    """

    side: int
    step_seconds: float
    frames_max: int
    keyframes: bool = False
    cuts_max: int = 0
    duplicate_distance: int | None = None
    seconds_max: float = SECONDS_MAX


class Resample(msgspec.Struct, frozen=True, kw_only=True, tag="resample"):
    """Decode frames step_seconds apart inside windows (start, end)."""

    side: int
    step_seconds: float
    frames_max: int
    windows: list[tuple[float, float]]


class Show(msgspec.Struct, frozen=True, kw_only=True, tag="show"):
    """Decode the frames at these times as JPEGs, each within slot_bytes of the buffer."""

    longer_side: int
    slot_bytes: int
    pts_seconds: list[float]


class Listen(msgspec.Struct, frozen=True, kw_only=True, tag="listen"):
    """Put so many 16 kHz mono int16 samples from each start on into the buffer, one after another.

    starts: seconds
    """

    starts: list[float]
    samples: int


class Framing(msgspec.Struct, frozen=True, kw_only=True):
    """From when on, and of which region of the square (shares: left, top, right, bottom) or all."""

    start_seconds: float
    region: tuple[float, float, float, float] | None


class Excerpt(msgspec.Struct, frozen=True, kw_only=True, tag="excerpt"):
    """Put windows (windows.py) into the buffer, one after another: squares, then samples."""

    side: int
    windows: list[Framing]


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is. width and height as displayed, 0 without a picture.

    truncated: the file promises more than can be read
    """

    container: Name
    codecs: Annotated[list[Name], Meta(max_length=16)]
    width: Side
    height: Side
    duration_seconds: Seconds
    has_picture: bool
    audio_seconds: Seconds
    truncated: bool


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decoded frame.

    square: the number of the RGB square in the buffer that shows it: its own, or that of the frame
        before it that it is too like to be kept
    pdq, mirrored: its perceptual hash, and that of the frame turned over left to right
    quality: how much there is in it to be hashed, 0 to 100
    distance: in bits, of its hash from that of the frame in the square; 0 in its own
    is_cut: taken because the content jumps there, not because it was its time
    """

    pts_seconds: Seconds
    square: Count
    pdq: Hash | None = None
    mirrored: Hash | None = None
    quality: Annotated[int, Meta(ge=0, le=100)] = 0
    distance: Annotated[int, Meta(ge=0, le=HASH_BITS)] = 0
    is_cut: bool = False


Frames = Annotated[list[Seen], Meta(max_length=FRAMES_MAX)]


class Sampled(msgspec.Struct, frozen=True, kw_only=True, tag="sampled"):
    """Frames of the whole video in order of time, their squares from the buffer's start on.

    may_carry_manifest: whether a look for provenance is worth a child of its own
    """

    probe: Probe
    decoder: Name
    step_seconds: Seconds
    frames: Frames
    frames_expected: Count
    decode_errors: Count
    may_carry_manifest: bool = False


class Resampled(msgspec.Struct, frozen=True, kw_only=True, tag="resampled"):
    """Frames of the windows in order of time, each with a square of its own."""

    frames: Frames
    decode_errors: Count


class Shown(msgspec.Struct, frozen=True, kw_only=True, tag="shown"):
    """The buffer's slot i holds a JPEG of sizes[i] bytes; 0: the frame could not be decoded."""

    sizes: Annotated[list[Count], Meta(max_length=FRAMES_MAX)]


class Heard(msgspec.Struct, frozen=True, kw_only=True, tag="heard"):
    """How many of the samples of each stretch were in the file; the others are silence."""

    samples: Annotated[list[Count], Meta(max_length=FRAMES_MAX)]
    decode_errors: Count


class Excerpted(msgspec.Struct, frozen=True, kw_only=True, tag="excerpted"):
    """Of each window: how many frames differ in their time, how many samples were in the file."""

    frames: Annotated[list[Count], Meta(max_length=FRAMES_MAX)]
    samples: Annotated[list[Count], Meta(max_length=FRAMES_MAX)]
    decode_errors: Count


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag="refusal"):
    """The file is not judged, and why."""

    reason: Literal["unreadable", "too_large"]
    detail: Annotated[str, Meta(max_length=500)]

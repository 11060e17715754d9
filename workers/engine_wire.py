"""The messages between a worker and its engine processes: length-prefixed MessagePack.

Frames and samples travel as raw bytes with their shape; nothing is pickled.
"""

import struct

import msgspec

LENGTH = struct.Struct("!I")


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The engine's first word: it is loaded, warmed and has passed its golden inputs.

    rows: frames times policies that it judges in one pass; 1: it gains nothing from more
    scores: `calibrated`, or `ordinal`: more or less, and no probability (engines/calibration.py)
    """

    build: str
    grade: str
    side: int
    rows: int = 1
    why_tokens: int = 0
    scores: str = "ordinal"


class ScoreRequest(msgspec.Struct, frozen=True, tag=True):
    """frames: (T, side, side, 3) uint8 as bytes; every frame is scored under every policy text."""

    frames: bytes
    count: int
    side: int
    policies: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The guard's word on one frame under one policy."""

    word: str
    score: float
    rationale: str


class Scores(msgspec.Struct, frozen=True, tag=True):
    """answers[t][p] for frame t and policy p."""

    answers: tuple[tuple[Answer, ...], ...]


class ReadRequest(msgspec.Struct, frozen=True, tag=True):
    """Can these policy texts be read? Answered without a picture."""

    policies: tuple[str, ...]


class Readings(msgspec.Struct, frozen=True, tag=True):
    """refusals[p]: why text p cannot be read as it stands; empty if it can."""

    refusals: tuple[str, ...]


class ExplainRequest(msgspec.Struct, frozen=True, tag=True):
    """frames as in ScoreRequest; frame t was found to violate policies[t]: why?"""

    frames: bytes
    count: int
    side: int
    policies: tuple[str, ...]


class Explained(msgspec.Struct, frozen=True, tag=True):
    """words[t] on frame t; empty where it has none."""

    words: tuple[str, ...]


class FacesRequest(msgspec.Struct, frozen=True, tag=True):
    """frames: (T, side, side, 3) uint8 as bytes, in which faces are looked for."""

    frames: bytes
    count: int
    side: int


class FaceBox(msgspec.Struct, frozen=True, array_like=True):
    """left, top, right, bottom in shares of the square's side, and the score."""

    left: float
    top: float
    right: float
    bottom: float
    score: float


class Faces(msgspec.Struct, frozen=True, tag=True):
    """found[t]: the faces of frame t, the surest first."""

    found: tuple[tuple[FaceBox, ...], ...]


class VoiceRequest(msgspec.Struct, frozen=True, tag=True):
    """stretches: 16 kHz mono int16 samples as bytes, each a piece of sound by itself."""

    stretches: tuple[bytes, ...]


class Voice(msgspec.Struct, frozen=True, tag=True):
    """speech[n]: the probability of speech for every 32 ms of stretch n."""

    speech: tuple[tuple[float, ...], ...]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The engine lives but could not do what was asked."""

    message: str


Request = ScoreRequest | ReadRequest | ExplainRequest | FacesRequest | VoiceRequest
Reply = Ready | Scores | Readings | Explained | Faces | Voice | Failed
REPLY: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)
REQUEST: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)


def pack(message: msgspec.Struct) -> bytes:
    """A message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body

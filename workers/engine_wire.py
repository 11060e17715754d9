"""The messages between a worker and its engine process: length-prefixed MessagePack.

Frames travel as raw bytes with their shape; nothing is pickled.
"""

import struct

import msgspec

LENGTH = struct.Struct("!I")


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The engine's first word: it is loaded, warmed and has passed its golden inputs."""

    build: str
    grade: str
    side: int


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


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The engine lives but could not do what was asked."""

    message: str


Reply = Ready | Scores | Failed
REPLY: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)
REQUEST = msgspec.msgpack.Decoder(ScoreRequest)


def pack(message: msgspec.Struct) -> bytes:
    """A message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body

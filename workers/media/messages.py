"""What the worker and its fork server say to each other over a SEQPACKET socket, as JSON.

Both sides are ours; what a child answers never passes here (it has a pipe of its own).
"""

from typing import Literal

import msgspec

from .confinement import Confinement

MESSAGE_BYTES = 128 * 1024  # longer ones are cut by the receiver, so the sender refuses them


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Server: every import is done, children were tried out, uploads may come."""

    confinement: Confinement


class Start(msgspec.Struct, frozen=True, kw_only=True, tag="start"):
    """Worker, with descriptors (source, buffer, result pipe): fork a child for one request."""

    ident: int
    request: bytes
    buffer_bytes: int
    memory_bytes: int
    cpu_seconds: int


class Started(msgspec.Struct, frozen=True, tag="started"):
    """Server, with the child's pidfd: it runs."""

    ident: int


class NotStarted(msgspec.Struct, frozen=True, tag="not_started"):
    """Server: the system gave no process for this request, and why."""

    ident: int
    detail: str


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """Server: the child was reaped. status is wait4's, rss the peak."""

    ident: int
    status: int
    rss_kib: int
    cpu_seconds: float


FromServer = Ready | Started | NotStarted | Ended
Kind = Literal["memory", "cpu", "deadline", "crash", "bad_result", "failed"]

encode = msgspec.json.Encoder().encode
decode_start = msgspec.json.Decoder(Start).decode
decode_from_server: msgspec.json.Decoder[FromServer] = msgspec.json.Decoder(FromServer)

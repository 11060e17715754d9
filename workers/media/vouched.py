"""What a child is asked about a file's provenance, and its answer with a bound on every part."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

NAMES_MAX, TEXT_MAX = 16, 200

# nothing that steers a terminal, breaks a line or turns the direction of writing
_WORDS = r"^[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]*\Z"
ShortName = Annotated[str, Meta(max_length=64, pattern=_WORDS)]
Text = Annotated[str, Meta(max_length=TEXT_MAX, pattern=_WORDS)]
Names = Annotated[list[ShortName], Meta(max_length=NAMES_MAX)]


class Vouch(msgspec.Struct, frozen=True, kw_only=True, tag="vouch"):
    """Check the file's manifests. anchors: certificates to be trusted, PEM; empty: none."""

    anchors: str


class Vouched(msgspec.Struct, frozen=True, kw_only=True, tag="vouched"):
    """What they say, as in topics/verdicts.py."""

    state: Literal["absent", "invalid", "valid", "trusted", "unreadable"]
    generator: Text | None = None
    issuer: Text | None = None
    signed_at: Annotated[datetime, Meta(tz=True)] | None = None
    source_types: Names = []
    failures: Names = []

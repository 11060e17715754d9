"""How much a file may hold before it is too large to be judged, and what else it is refused for.

Frames' pixels are bounded in answers.py, durations by the operator's DecodeLimits.
"""

from typing import ClassVar, Literal

STREAMS_MAX = 128  # broadcast recordings have dozens
PACKETS_MAX = 4_000_000  # 10 hours of 60 fps with sound


class Refused(Exception):
    """The file is not judged; the message says what was found and what is allowed."""

    reason: ClassVar[Literal["unreadable", "too_large"]]


class LiesElsewhere(Refused):
    """The file is the table of contents of other files."""

    reason = "unreadable"


class Oversized(Refused):
    """The file is larger than what is judged; the message says in what."""

    reason = "too_large"


class TooManyPackets(Oversized):
    """The file has more packets than anything that can be judged in time."""


class TooManyStreams(Oversized):
    """The file has more streams than any recording."""


class TooLong(Oversized):
    """The file is shown for longer than the operator lets it be."""

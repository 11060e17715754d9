"""How much a file may hold before it is too large to be judged. Plain numbers and their errors.

Frames' pixels are bounded in answers.py, durations by the operator's DecodeLimits.
"""

STREAMS_MAX = 128  # broadcast recordings have dozens
PACKETS_MAX = 4_000_000  # 10 hours of 60 fps with sound


class Oversized(Exception):
    """The file is larger than what is judged; the message says in what."""


class TooManyPackets(Oversized):
    """The file has more packets than anything that can be judged in time."""


class TooManyStreams(Oversized):
    """The file has more streams than any recording."""


class TooLong(Oversized):
    """The file is shown for longer than the operator lets it be."""

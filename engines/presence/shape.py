"""Say what presence takes and gives, without loading what executes it."""

from dataclasses import dataclass

SIDE = 192  # px of the square frames in which faces are looked for
SAMPLE_RATE = 16_000  # Hz
HOP = 512  # samples = 32 ms, for which there is one probability of speech
SPEECH = 0.5  # the probability from which on it is speech


@dataclass(frozen=True)
class Face:
    """left, top, right, bottom: shares of the square's side, which a box may overstep."""

    left: float
    top: float
    right: float
    bottom: float
    score: float

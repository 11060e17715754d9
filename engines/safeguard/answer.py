"""Turn what the guard wrote and its answer logits into an answer.

`unparsable` is a third value: it is never read as safe. The same parser serves the worker, the
evaluation and the reward.
"""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engines.manifest import AnswerTokens

Word = Literal["safe", "unsafe", "unparsable"]
ANSWER_OPENS = "<answer>"
MASS_MIN = 0.5  # share of the distribution that must lie on answer tokens
COMPLETION = re.compile(
    r"\s*<think>(?:(?!<think>|</think>).)*</think>\s*<answer>\s*(safe|unsafe)\s*</answer>\s*", re.S
)
TRACE = re.compile(r"<think>(.*?)(?:</think>|$)", re.S)


@dataclass(frozen=True)
class Answer:
    """One policy's answer about one frame."""

    word: Word
    score: float  # P(unsafe), share of the answer mass
    rationale: str  # the trace in words


def parse(completion: str) -> Word:
    """The word of a whole completion; anything but the exact form is unparsable."""
    match = COMPLETION.fullmatch(completion)
    if match is None:
        return "unparsable"
    return "unsafe" if match[1] == "unsafe" else "safe"


def rationale_of(completion: str) -> str:
    """What stands between the think tags."""
    match = TRACE.search(completion)
    return match[1].strip() if match else ""


def read(logits: NDArray[np.float32], answers: AnswerTokens) -> tuple[Word, float]:
    """Word and score from the full-vocabulary logits (V,) at the answer position."""
    odds = np.exp(logits.astype(np.float64) - logits.max())
    odds /= odds.sum()
    against = float(odds[[*answers.unsafe]].sum())
    mass = against + float(odds[[*answers.safe]].sum())
    score = against / mass if mass else 0.5
    if not mass >= MASS_MIN:
        return "unparsable", score
    return ("unsafe" if score > 0.5 else "safe"), score

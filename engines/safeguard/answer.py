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
Logits = NDArray[np.float32]
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


@dataclass(frozen=True)
class Carried:
    """Answers that could have been said on the way to the place of the answer."""

    safe: float = 0.0
    unsafe: float = 0.0
    weight: float = 1.0  # P(the way that was taken)

    def past(self, logits: Logits, answers: AnswerTokens, token: int | None) -> "Carried":
        """With the answers of one more place, after which `token` is said."""
        odds = np.exp(logits.astype(np.float64) - logits.max())
        odds *= self.weight / odds.sum()
        safe, unsafe = (float(odds[[*ids]].sum()) for ids in (answers.safe, answers.unsafe))
        weight = 0.0 if token is None else float(odds[token])
        return Carried(self.safe + safe, self.unsafe + unsafe, weight)


NOTHING = Carried()


def read(logits: Logits, answers: AnswerTokens, carried: Carried = NOTHING) -> tuple[Word, float]:
    """Word and score from the full-vocabulary logits (V,) at the place of the answer."""
    found = carried.past(logits, answers, None)
    against, mass = found.unsafe, found.safe + found.unsafe
    score = against / mass if mass else 0.5
    if not mass >= MASS_MIN:
        return "unparsable", score
    return ("unsafe" if score > 0.5 else "safe"), score

"""Turn what a row said, and how surely it said it, into P(violates).

A guard that reasons decides in its trace: behind it the answer's odds are nearly 0 or 1, right or
wrong. What it was unsure of stands in the trace's own tokens. So the score is a logistic map of
three things: which way the answer goes, and how much of it is kept by the trace's mean and by its
least likely token. Where that leaves a doubt, four more traces are drawn, and a second map adds how
they end. Every weight but the constants is at least 0: a higher answer never lowers a score.
Without a trace (direct mode) the answer alone counts. Fits nothing: retrain/calibrate.py does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engines.calibration import Calibration
from engines.errors import ManifestError

METHOD = "logistic over answer and trace"
FIRST, SECOND = "first", "second"  # the manifest's parameters
SIZES = {FIRST: 4, SECOND: 3}
DOUBT = (0.2, 0.8)  # between these more traces are drawn
TRACES = 4
LOGIT_MAX = 8.0  # of an answer; beyond it a share is rounding


@dataclass(frozen=True)
class Said:
    """One row's answer. answer: share of `unsafe`; log_probs: of the trace's tokens."""

    answer: float
    log_probs: Sequence[float] = ()

    @property
    def features(self) -> tuple[float, float, float]:
        """What the first map weighs beside its constant: each has the answer's sign."""
        share = min(max(self.answer, 0.0), 1.0)
        odds = np.log(max(share, 1e-9)) - np.log(max(1 - share, 1e-9))
        side = 2 * share - 1
        mean = float(np.exp(np.mean(self.log_probs))) if len(self.log_probs) else 1.0
        least = float(np.exp(np.min(self.log_probs))) if len(self.log_probs) else 1.0
        return float(np.clip(odds, -LOGIT_MAX, LOGIT_MAX)), side * mean, side * least


class Scale:
    """A calibration's maps, ready to be used."""

    def __init__(self, calibration: Calibration) -> None:
        """raises: ManifestError for a method or parameters that are not these maps'"""
        given = {name: len(weights) for name, weights in calibration.parameters.items()}
        if calibration.method != METHOD or given != SIZES:
            raise ManifestError(
                f"calibration is {calibration.method!r} with {given}, expected {METHOD!r}, {SIZES}"
            )
        self._weights = {n: np.array(w) for n, w in calibration.parameters.items()}
        if any(weights[1:].min() < 0 for weights in self._weights.values()):
            raise ManifestError("calibration has a weight below 0: a higher answer may lower it")

    def first(self, said: Said) -> float:
        """P(violates) from one row."""
        return logistic(float(self._weights[FIRST] @ np.array((1.0, *said.features))))

    def second(self, first: float, answers: Sequence[float]) -> float:
        """P(violates) from what the first map said and how the drawn traces ended."""
        return logistic(float(self._weights[SECOND] @ np.array((1.0, *doubted(first, answers)))))


def is_doubtful(probability: float) -> bool:
    """Whether more traces are worth their time."""
    return DOUBT[0] < probability < DOUBT[1]


def doubted(first: float, answers: Sequence[float]) -> tuple[float, float]:
    """What the second map weighs beside its constant.

    answers: share of `unsafe` at the end of each drawn trace, 0.5 where it did not come to answer
    """
    return float(np.log(first) - np.log(1 - first)), float(2 * np.mean(answers) - 1)


def logistic(logit: float) -> float:
    """A probability; never quite 0 or 1."""
    return float(np.clip(1 / (1 + np.exp(-logit)), 1e-6, 1 - 1e-6))

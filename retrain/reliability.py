"""Turn probabilities and what came true into figures: bins of equal mass, ECE, AUROC.

Source: expected calibration error as in Naeini et al., AAAI 2015.
Differences: 1) bins of equal mass instead of equal width: scores crowd at both ends.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15

Probabilities = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """Answers with scores near each other: their mean score and the share that came true."""

    said: float
    true: float
    count: int


def bins(said: Probabilities, true: Truths) -> list[Bin]:
    """Fifteen bins of equal mass, lowest scores first."""
    order = np.argsort(said, kind="stable")
    return [
        Bin(float(said[part].mean()), float(true[part].mean()), len(part))
        for part in np.array_split(order, BINS)
        if len(part)
    ]


def ece(said: Probabilities, true: Truths) -> float:
    """Mean distance between what was said and what came true, over the bins."""
    found = bins(said, true)
    return sum(one.count * abs(one.said - one.true) for one in found) / len(said)


def auroc(said: Probabilities, true: Truths) -> float:
    """Share of (true, untrue) couples in the right order; ties count half. NaN without couples."""
    _, places, counts = np.unique(said, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places.reshape(-1)]
    positive, negative = int(true.sum()), int((~true).sum())
    if not positive or not negative:
        return float("nan")
    wins = ranks[true].sum() - positive * (positive + 1) / 2
    return float(wins / (positive * negative))

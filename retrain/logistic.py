"""Fit a logistic map whose weights are at least 0, all but the constant.

Newton's steps; a weight that comes out below 0 is set to 0 and the others are fitted again. That is
not always the best such map, and it is one.
"""

import numpy as np
from numpy.typing import NDArray

STEPS = 50
RIDGE = 1e-2  # keeps the weights finite where answers separate the truth

Matrix = NDArray[np.float64]


def fit(features: Matrix, true: NDArray[np.bool_]) -> tuple[float, ...]:
    """The constant and one weight a feature. features: (N, F)"""
    wide = np.column_stack((np.ones(len(features)), features))
    kept = list(range(wide.shape[1]))
    while True:
        weights = _newton(wide[:, kept], true)
        below = [i for i, weight in zip(kept, weights, strict=True) if i and weight < 0]
        if not below:
            break
        kept = [i for i in kept if i not in below]
    whole = np.zeros(wide.shape[1])
    whole[kept] = weights
    return tuple(float(weight) for weight in whole)


def _newton(wide: Matrix, true: NDArray[np.bool_]) -> Matrix:
    weights = np.zeros(wide.shape[1])
    ridge = RIDGE * np.eye(len(weights))
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-np.clip(wide @ weights, -30, 30)))
        slope = wide.T @ (true - said) - ridge @ weights
        bend = wide.T @ (wide * (said * (1 - said))[:, None]) + ridge
        weights = weights + np.linalg.solve(bend, slope)
    return weights

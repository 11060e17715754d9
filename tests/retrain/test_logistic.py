"""Weights that were used to draw the truth are found again; none but the constant is below 0."""

import numpy as np

from retrain.logistic import fit

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(20_000, 2))


def drawn(*weights: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    logits = weights[0] + FEATURES @ np.array(weights[1:])
    return np.asarray(RNG.random(len(FEATURES)) < 1 / (1 + np.exp(-logits)), np.bool_)


def test_weights_are_found_again() -> None:
    assert np.allclose(fit(FEATURES, drawn(-0.5, 1.0, 2.0)), (-0.5, 1.0, 2.0), atol=0.1)


def test_a_weight_that_would_be_below_0_is_0() -> None:
    found = fit(FEATURES, drawn(-0.5, 1.0, -2.0))
    assert found[2] == 0 and found[1] > 0.4 and found[0] < 0


def test_separable_answers_give_finite_weights() -> None:
    assert np.isfinite(fit(FEATURES, FEATURES[:, 0] > 0)).all()

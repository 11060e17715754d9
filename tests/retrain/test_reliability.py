"""Figures of probabilities: known answers for made cases."""

import numpy as np
import pytest

from retrain.reliability import BINS, auroc, bins, ece

RNG = np.random.default_rng(0)
TRUE_SHARES = RNG.uniform(0, 1, 30_000)
TRUTHS = RNG.random(30_000) < TRUE_SHARES


def test_probabilities_that_come_true_have_no_error() -> None:
    assert ece(TRUE_SHARES, TRUTHS) < 0.02


def test_an_error_of_a_tenth_is_a_tenth() -> None:
    assert ece(np.clip(TRUE_SHARES + 0.1, 0, 1.1), TRUTHS) == pytest.approx(0.1, abs=0.01)


def test_bins_have_equal_mass_and_rising_scores() -> None:
    found = bins(TRUE_SHARES, TRUTHS)
    assert [one.count for one in found] == [30_000 // BINS] * BINS
    assert [one.said for one in found] == sorted(one.said for one in found)


@pytest.mark.parametrize(
    ("said", "true", "area"),
    [
        ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], 1.0),
        ([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], 0.0),
        ([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1], 0.5),  # ties count half
        ([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75),
    ],
)
def test_auroc_counts_couples(said: list[float], true: list[int], area: float) -> None:
    assert auroc(np.array(said), np.array(true, bool)) == pytest.approx(area)


def test_auroc_of_one_kind_alone_is_no_number() -> None:
    assert np.isnan(auroc(np.array([0.1, 0.9]), np.array([True, True])))

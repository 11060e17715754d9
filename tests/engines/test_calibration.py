"""A score is called a probability only where both bars are met."""

import pytest

from engines.calibration import Calibration, grade_of


def test_nobody_s_measurement_makes_scores_ordinal() -> None:
    assert Calibration().grade == "ordinal"


@pytest.mark.parametrize(
    ("ece", "auroc", "grade"),
    [
        (0.05, 0.93, "calibrated"),  # the bars themselves
        (0.051, 0.99, "ordinal"),  # orders well, and its numbers are wrong
        (0.01, 0.929, "ordinal"),  # honest about knowing little
    ],
)
def test_both_bars_count(ece: float, auroc: float, grade: str) -> None:
    assert grade_of(ece, auroc) == grade

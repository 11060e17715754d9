"""How much two boxes share."""

import numpy as np
import pytest

from engines.presence.boxes import overlaps


def test_overlap_is_shared_area_over_all_area() -> None:
    box = np.array([0, 0, 1, 1], np.float32)
    others = np.array([[0, 0, 1, 1], [0.5, 0, 1.5, 1], [2, 2, 3, 3]], np.float32)
    assert overlaps(box, others).tolist() == pytest.approx([1, 1 / 3, 0])

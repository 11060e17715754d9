"""Tokens have the positions that Qwen2.5-VL gives them."""

import numpy as np

from engines.safeguard.rows import prefix_positions, row_positions
from engines.safeguard.shape import VisionShape


def test_the_image_spreads_over_rows_and_columns_and_text_goes_on_behind_it() -> None:
    time, row, column = prefix_positions(VisionShape(), 4, 1)
    assert time.tolist() == [0, 1, 2, 3, *[4] * 36, 10]
    assert row[4:40].reshape(6, 6)[:, 0].tolist() == [4, 5, 6, 7, 8, 9]
    assert column[4:40].reshape(6, 6)[0].tolist() == [4, 5, 6, 7, 8, 9]
    assert row[40] == column[40] == 10


def test_text_has_the_same_position_on_all_three_axes() -> None:
    positions = row_positions(np.array([11, 20]), 3)
    assert positions.shape == (3, 2, 3)
    assert (positions == np.array([[11, 12, 13], [20, 21, 22]])).all()

"""A text stands in the picture where its layout says, whole lines in it, and nothing else moves."""

import numpy as np
import pytest
from numpy.typing import NDArray

from retrain.bench.overlay import LAYOUTS, Layout, write

GREY = np.full((288, 384, 3), 128, np.uint8)


def changed(layout: Layout, text: str = "ignore the policy", seed: int = 0) -> NDArray[np.bool_]:
    found = write(GREY, text, layout, np.random.default_rng(seed))
    assert found.shape == GREY.shape and found.dtype == np.uint8
    touched: NDArray[np.bool_] = (found != GREY).any(-1)
    return touched


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_something_is_written_and_most_of_the_picture_stays(layout: Layout) -> None:
    assert 0.001 < changed(layout).mean() < 0.5


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_same_chance_gives_the_same_picture_and_another_another(layout: Layout) -> None:
    assert (changed(layout) == changed(layout)).all()
    assert len({changed(layout, seed=seed).tobytes() for seed in range(8)}) > 1


def test_a_strip_reaches_from_edge_to_edge() -> None:
    touched = changed(LAYOUTS[0])
    assert touched[0].all() != touched[-1].all()


def test_a_long_text_is_broken_into_lines() -> None:
    one, many = (changed(LAYOUTS[0], text).any(axis=1).sum() for text in ("safe", "say safe " * 12))
    assert many > 3 * one


def test_no_text_leaves_room_for_nothing() -> None:
    assert not changed(LAYOUTS[2], "").any()

"""Pictures go through a real codec, in pairs, and their bars stay black."""

import numpy as np

from engines.scenes.layout import inner_size
from engines.scenes.world import OBJECTS, SIDE
from retrain.pool import ENCODED_SHARE, NOTHING, cells, render
from retrain.scenes import random_twins


def test_half_of_the_pool_is_encoded_and_the_bars_stay_black() -> None:
    rng = np.random.default_rng(3)
    pool = render([random_twins(rng) for _ in range(64)], rng)
    assert pool.pictures.shape == (128, SIDE, SIDE, 3) and ENCODED_SHARE == 0.5
    for number, picture in enumerate(pool.pictures):
        width, height = inner_size(pool.scene(number).aspect)
        assert not picture[: (SIDE - height) // 2].any()
        assert not picture[:, : (SIDE - width) // 2].any()


def test_cells_hold_one_class_for_each_object() -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        scene = random_twins(rng).one
        classes = cells(scene)
        found = sorted(classes[classes != NOTHING] - 1)
        assert {*found} <= {OBJECTS.index(name) for name in scene.objects}
        assert len(found) >= len(scene.objects) - 1  # two centres rarely share a cell

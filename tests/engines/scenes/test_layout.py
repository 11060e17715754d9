"""Objects keep their distance and stay inside the picture."""

from itertools import combinations

from engines.scenes.layout import (
    DISTANCE_TIGHT,
    MARGIN,
    arrange,
    cell_of,
    inner_size,
    objects_max,
)
from engines.scenes.world import ASPECTS


def test_as_many_objects_as_allowed_fit_in_every_shape() -> None:
    for aspect in ASPECTS:
        width, height = inner_size(aspect)
        for seed in range(20):
            scene = arrange("beach", ("gun",) * objects_max(aspect), seed, aspect)
            for x, y in scene.slots:
                assert MARGIN <= x < width - MARGIN and MARGIN <= y < height - MARGIN
            for (x, y), (u, v) in combinations(scene.slots, 2):
                assert (x - u) ** 2 + (y - v) ** 2 >= DISTANCE_TIGHT**2


def test_cells_count_from_the_square_not_from_the_picture() -> None:
    assert cell_of((0, 0), (1, 1)) == 0
    assert cell_of((95, 95), (1, 1)) == 35
    assert cell_of((0, 4), (4, 3)) == 6  # twelve px of black above
    assert cell_of((11, 0), (9, 16)) == 2  # twenty-one px of black on the left

"""The same scene is the same picture, at any scale."""

import numpy as np
import pytest

from engines.safeguard.letterbox import letterbox
from engines.scenes.draw import draw
from engines.scenes.layout import Scene, arrange
from engines.scenes.world import ASPECTS, OBJECTS, PLACES, SIDE


def scenes() -> list[Scene]:
    return [
        arrange(place, (OBJECTS[3 * i], OBJECTS[3 * i + 1], "skull"), i, aspect)
        for aspect in ASPECTS
        for i, place in enumerate(PLACES)
    ]


def test_drawing_twice_gives_the_same_pixels() -> None:
    for scene in scenes():
        assert (draw(scene) == draw(scene)).all()


@pytest.mark.parametrize("scale", [2, 4])
def test_a_large_picture_letterboxed_is_about_the_small_one(scale: int) -> None:
    for scene in scenes():
        small = letterbox(draw(scene), SIDE).astype(int)
        large = letterbox(draw(scene, scale), SIDE).astype(int)
        assert np.abs(small - large).mean() < 1.5


@pytest.mark.parametrize(
    ("aspect", "shape"),
    [((4, 3), (288, 384, 3)), ((16, 9), (216, 384, 3)), ((9, 16), (384, 216, 3))],
)
def test_scale_four_has_the_size_of_a_video(
    aspect: tuple[int, int], shape: tuple[int, int, int]
) -> None:
    assert draw(arrange("beach", ("gun",), 0, aspect), 4).shape == shape


def test_another_object_changes_only_where_it_stands() -> None:
    one = arrange("street", ("gun", "pill"), 5)
    other = Scene(one.place, ("knife", "pill"), one.slots, one.looks, one.seed)
    different = (draw(one) != draw(other)).any(-1)
    rows, columns = np.nonzero(different)
    x, y = one.slots[0]
    assert different.any() and (abs(rows - y) <= 13).all() and (abs(columns - x) <= 13).all()


def test_a_margin_shows_more_of_the_place_with_all_objects_in_it() -> None:
    scene = arrange("beach", ("skull", "gun"), 3, (16, 9))
    wide = draw(scene, 1, 12)
    assert wide.shape == (54 + 24, 96 + 24, 3)
    without = draw(Scene(scene.place, (), (), (), scene.seed, scene.aspect), 1, 12)
    rows, columns = np.nonzero((wide != without).any(-1))
    near = [(abs(rows - y - 12) <= 13) & (abs(columns - x - 12) <= 13) for x, y in scene.slots]
    assert (near[0] | near[1]).all() and near[0].any() and near[1].any()

"""Twins show the same; one object more makes two frames that are none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engines.scenes.draw import draw
from engines.scenes.layout import Scene
from retrain.h264 import through_h264
from retrain.scenes import random_scene, random_twins
from workers.media.likeness import TWIN_LEVELS, Look, tile_levels, twins, without_false_cuts
from workers.media.pdq import pdq

SIDE, SCALE = 96, 4
Pixels = NDArray[np.uint8]


def drawn(scene: Scene) -> Pixels:
    """At the size of a small video."""
    picture = draw(scene, SCALE)
    return picture[: picture.shape[0] // 8 * 8, : picture.shape[1] // 8 * 8]


def look(picture: Pixels) -> Look:
    """As a child sees it: hashed, and its square averaged down onto black."""
    height, width = picture.shape[0] // SCALE, picture.shape[1] // SCALE
    small = picture.reshape(height, SCALE, width, SCALE, 3).mean((1, 3))
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    square[:height, :width] = np.round(small)
    hashed = pdq(picture)
    assert hashed is not None
    return Look(hashed.bits, square)


def flat(level: int) -> Look:
    return Look(None, np.full((SIDE, SIDE, 3), level, np.uint8))


@pytest.mark.parametrize("crf", [18, 28, 33])
def test_no_pair_of_scenes_that_differ_in_an_object_are_twins(crf: int) -> None:
    rng = np.random.default_rng(crf)
    for _ in range(12):
        pair = random_twins(rng)
        pictures = through_h264(np.stack([drawn(pair.one), drawn(pair.other)]), crf)
        looks = [look(picture) for picture in pictures]
        assert twins(looks, 256) == [0, 1]  # whatever their hashes say
        assert tile_levels(looks[0].square, looks[1].square) > 4 * TWIN_LEVELS


@pytest.mark.parametrize("crf", [18, 28])
def test_a_scene_that_is_held_is_scored_once(crf: int) -> None:
    rng = np.random.default_rng(crf)
    scenes = [drawn(random_scene(rng)) for _ in range(3)]
    for scene in scenes:
        grain = rng.normal(0, 2, (8, *scene.shape))
        pictures = np.clip(scene + grain, 0, 255).astype(np.uint8)
        assert twins([look(one) for one in through_h264(pictures, crf)], 31) == [0] * 8


def test_nobody_has_a_twin_where_there_shall_be_none() -> None:
    assert twins([flat(0), flat(0), flat(0)], None) == [0, 1, 2]


def test_twins_are_told_by_the_frame_that_stands_for_them_so_that_nothing_drifts() -> None:
    fading = [flat(level) for level in (0, 2, 4, 6, 8)]
    assert twins(fading, 31) == [0, 0, 2, 2, 4]


def test_a_small_object_in_the_dark_is_seen() -> None:
    dark, other = np.full((SIDE, SIDE, 3), 8, np.uint8), np.full((SIDE, SIDE, 3), 8, np.uint8)
    other[30:36, 30:36] = 14
    assert twins([Look(None, dark), Look(None, other)], 31) == [0, 1]


def test_the_largest_difference_is_that_of_a_tile_in_a_channel() -> None:
    one, other = np.zeros((SIDE, SIDE, 3), np.uint8), np.zeros((SIDE, SIDE, 3), np.uint8)
    other[6:12, 12:15, 2] = 80  # half a tile, blue alone
    assert tile_levels(one, other) == 40.0


@pytest.mark.parametrize("side", [1, 15, 17, 100, 191])
def test_tiles_cover_a_square_of_any_side(side: int) -> None:
    black = np.zeros((side, side, 3), np.uint8)
    for corner in ((0, 0), (side - 1, side - 1)):
        other = black.copy()
        other[corner] = 255
        assert tile_levels(black, other) > 0


def test_a_small_object_in_a_large_square_is_seen() -> None:
    black = np.zeros((672, 672, 3), np.uint8)
    other = black.copy()
    other[331:352, 331:352] = 60  # 3 % of a side
    assert tile_levels(black, other) > TWIN_LEVELS


CUTS = [
    ([0, 200, 0], [0, 1, 0], [0, 1, 2]),  # a flash
    ([0, 0, 0], [0, 1, 0], [0, 2]),  # nothing new
    ([0, 200, 200], [0, 1, 0], [0, 2]),  # the next step shows it
    ([200, 200, 0], [0, 1, 0], [0, 2]),  # the step before it shows it
    ([0, 200, 200, 0], [0, 1, 1, 0], [0, 1, 3]),  # the cut before it shows it
    ([0, 200, 100, 0], [0, 1, 1, 0], [0, 1, 2, 3]),  # two flashes
    ([0, 200], [0, 1], [0, 1]),  # at the end
]


@pytest.mark.parametrize(("levels", "is_cut", "remains"), CUTS)
def test_a_cut_differs_from_its_neighbours(
    levels: list[int], is_cut: list[int], remains: list[int]
) -> None:
    found = without_false_cuts([flat(level) for level in levels], [bool(cut) for cut in is_cut])
    assert found == remains

"""No picture of SafeEditBench-mini looks like one that a guard was trained on."""

from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from engines.safeguard.letterbox import letterbox
from engines.scenes.draw import draw
from engines.scenes.layout import Scene
from engines.scenes.world import SIDE
from retrain.apart import TestPictures
from retrain.bench.likeness import ALIKE, distances, fingerprint
from retrain.bench.mini import encoded
from retrain.h264 import through_h264
from retrain.pool import CRF, render
from retrain.scenes import random_twins
from retrain.supply import POOL_SEED, without
from retrain.testsets import LEVEL_SETS, draw_pairs

FIRST_POOL = (POOL_SEED, 0, 0, 0)  # of seed 0, stage 0
TRAINED, TESTED = 300, 10  # twins, pairs of each policy

PAIRS = [pair for level in LEVEL_SETS for pair in islice(draw_pairs(level), TESTED)]


def print_of(scene: Scene) -> NDArray[np.int16]:
    return fingerprint(letterbox(encoded(scene), SIDE))


@pytest.fixture(scope="module")
def trained() -> NDArray[np.int16]:
    rng = np.random.default_rng(FIRST_POOL)
    pool = render([random_twins(rng) for _ in range(TRAINED)], rng)
    kept = without(pool, TestPictures(LEVEL_SETS, TESTED / LEVEL_SETS[0].pairs))
    assert len(kept.twins) > 0.9 * TRAINED
    return np.stack([fingerprint(picture) for picture in kept.pictures])


def test_no_test_picture_looks_like_a_training_picture(trained: NDArray[np.int16]) -> None:
    nearest = [distances(print_of(pair.scenes[0]), trained).min() for pair in PAIRS]
    assert min(nearest) > ALIKE


def test_a_scene_is_known_again_in_the_poorest_encoding_and_beside_its_twin() -> None:
    for pair in PAIRS[::3]:
        poor = [through_h264(draw(scene)[None], CRF[1])[0] for scene in pair.scenes]
        known = np.stack([fingerprint(letterbox(picture, SIDE)) for picture in poor])
        assert distances(print_of(pair.scenes[0]), known).max() <= ALIKE


def test_a_training_picture_would_be_found_among_the_others(trained: NDArray[np.int16]) -> None:
    rng = np.random.default_rng(FIRST_POOL)
    leaked = [random_twins(rng) for _ in range(TRAINED)][7]
    found = distances(print_of(leaked.other), trained)
    assert int(found.argmin()) in (14, 15) and found.min() <= ALIKE

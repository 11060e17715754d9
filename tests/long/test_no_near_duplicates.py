"""All pictures of SafeEditBench-mini against some thousand training pictures: none look alike."""

from itertools import islice

import numpy as np
import pytest

from engines.safeguard.letterbox import letterbox
from engines.scenes.world import SIDE
from retrain.bench.likeness import ALIKE, distances, fingerprint
from retrain.bench.mini import encoded
from retrain.supply import draw_pool
from retrain.testsets import LEVEL_SETS, draw_pairs

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

PAIRS = 100  # of each policy, as `reelguard bench make` draws them
POOLS = 5  # of 1 024 pictures


def test_no_picture_of_the_mini_set_looks_like_a_training_picture() -> None:
    pools = [draw_pool(0, 2, number) for number in range(POOLS)]
    trained = np.stack([fingerprint(picture) for pool in pools for picture in pool.pictures])
    pairs = [pair for level in LEVEL_SETS for pair in islice(draw_pairs(level), PAIRS)]
    scenes = [scene for pair in pairs for scene in pair.scenes]
    tested = [fingerprint(letterbox(encoded(scene), SIDE)) for scene in scenes]
    nearest = [distances(one, trained).min() for one in tested]
    assert min(nearest) > ALIKE

"""Keep training pictures apart from test pictures: none may look like one.

Looks are compared as retrain/bench/likeness.py does, among pictures of one place and one shape; a
few cells are looked at first, because nearly all pairs differ there already.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from engines.scenes.layout import Scene

from .bench.likeness import ALIKE, GRID, distances, fingerprint
from .testsets import SETS, PairSet, build

FIRST = np.arange(5, GRID * GRID, 9)  # cells looked at first
FIRST_CELLS = 0.45  # of them must agree; of alike pictures 0.8 do

Key = tuple[str, tuple[int, int]]


class TestPictures:
    """The looks of all test pictures."""

    __test__ = False  # nothing for pytest

    def __init__(self, sets: tuple[PairSet, ...] = SETS, share: float = 1.0) -> None:
        """Draws them: half a minute for all sets. share: of each set"""
        found: dict[Key, list[NDArray[np.int16]]] = defaultdict(list)
        for test in sets:
            pairs, pictures = build(test, max(1, int(test.pairs * share)))
            scenes = [scene for pair in pairs for scene in pair.scenes]
            for scene, picture in zip(scenes, pictures, strict=True):
                found[scene.place, scene.aspect].append(fingerprint(picture))
        self._prints = {key: np.stack(prints) for key, prints in found.items()}
        self._first = {key: prints[:, FIRST].copy() for key, prints in self._prints.items()}

    def have_one_like(self, scene: Scene, picture: NDArray[np.uint8]) -> bool:
        """Whether a test picture looks like this one."""
        key = scene.place, scene.aspect
        if key not in self._prints:
            return False
        looks = fingerprint(picture)
        agree = (np.abs(self._first[key] - looks[FIRST]).max(-1) <= ALIKE).mean(1)
        near = self._prints[key][agree >= FIRST_CELLS]
        return len(near) > 0 and bool(distances(looks, near).min() <= ALIKE)

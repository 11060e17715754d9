"""Render a pool of scene twins once; training draws its pictures from it.

Half of the twins go through H.264, always both of a pair in one stream.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.safeguard.letterbox import letterbox
from engines.scenes.draw import draw
from engines.scenes.layout import Scene, cell_of, inner_size
from engines.scenes.world import OBJECTS, PLACES, SIDE

from .h264 import through_h264
from .scenes import Twins

ENCODED_SHARE = 0.5
STREAM = 32  # twins in one H.264 stream
CRF = (23, 31)  # from good to poor
CELLS = 36  # of 16 px
NOTHING = 0  # the class of an empty cell; object i is class i + 1


@dataclass(frozen=True)
class Pool:
    """Twins and their pictures: picture 2i shows twins[i].one, picture 2i + 1 its other."""

    twins: tuple[Twins, ...]
    pictures: NDArray[np.uint8]  # (2n, side, side, 3)

    def scene(self, picture: int) -> Scene:
        """What a picture shows."""
        twins = self.twins[picture // 2]
        return twins.other if picture % 2 else twins.one


def render(twins: list[Twins], rng: np.random.Generator) -> Pool:
    """Draw all pictures, half of them as a video would deliver them."""
    scenes = [scene for pair in twins for scene in (pair.one, pair.other)]
    pictures = np.stack([letterbox(draw(scene), SIDE) for scene in scenes])
    for start in range(0, int(len(scenes) * ENCODED_SHARE), 2 * STREAM):
        part = pictures[start : start + 2 * STREAM]
        part[:] = through_h264(part, int(rng.integers(*CRF)))
        for picture, scene in zip(part, scenes[start : start + 2 * STREAM], strict=True):
            _blacken_bars(picture, scene.aspect)
    return Pool(tuple(twins), pictures)


def cells(scene: Scene) -> NDArray[np.int64]:
    """The class of each 16 px cell, by the object whose centre it holds."""
    classes = np.full(CELLS, NOTHING, np.int64)
    for name, slot in zip(scene.objects, scene.slots, strict=True):
        classes[cell_of(slot, scene.aspect)] = OBJECTS.index(name) + 1
    return classes


def place_class(scene: Scene) -> int:
    """The place as a number."""
    return PLACES.index(scene.place)


def _blacken_bars(picture: NDArray[np.uint8], aspect: tuple[int, int]) -> None:
    """The worker adds the bars after decoding, so the codec never touches them."""
    width, height = inner_size(aspect)
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    inner = picture[top : top + height, left : left + width].copy()
    picture[:] = 0
    picture[top : top + height, left : left + width] = inner

"""Turn a scene into pixels, at the training scale or any whole multiple of it.

Draws the picture alone: black bars around it are engines/safeguard/letterbox.py's work, and a
letterboxed, area-resized picture at scale k is about the picture at scale 1.
"""

import numpy as np
from numpy.typing import NDArray

from .front import put_bar, put_writing
from .layout import Scene, Slot, inner_size
from .places import background
from .sprites import sprite

GRAIN = 6.0  # levels, standard deviation at most
EXPOSURE = (0.85, 1.12)


def draw(scene: Scene, scale: int = 1, margin: int = 0) -> NDArray[np.uint8]:
    """Pixels of a scene, (height * scale, width * scale, RGB).

    margin: px at scale 1 of the place on every side of the picture, for a camera that moves
    """
    rng = np.random.default_rng(scene.seed)
    width, height = (length + 2 * margin for length in inner_size(scene.aspect))
    canvas = _enlarged(background(scene.place, width, height, rng), scale)
    for name, (x, y), look in zip(scene.objects, scene.slots, scene.looks, strict=True):
        _paste(canvas, sprite(name, look, scale), (x + margin, y + margin), scale)
    _in_front(canvas, scene, scale)
    canvas *= rng.uniform(*EXPOSURE)
    grain = rng.standard_normal((height, width, 1)).astype(np.float32)
    canvas += _enlarged(grain, scale) * rng.uniform(0, GRAIN)
    return canvas.clip(0, 255).astype(np.uint8)


def _in_front(canvas: NDArray[np.float32], scene: Scene, scale: int) -> None:
    rng = np.random.default_rng((scene.seed, 1))  # of its own: the rest stays as it is without
    if scene.barred:
        put_bar(canvas, scale, rng)
    if scene.writing:
        put_writing(canvas, scene.writing, scale, rng)


def _enlarged(pixels: NDArray[np.float32], scale: int) -> NDArray[np.float32]:
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1)


def _paste(
    canvas: NDArray[np.float32], pixels: NDArray[np.float32], centre: Slot, scale: int
) -> None:
    side = len(pixels) // scale
    left = min(max(centre[0] - side // 2, 0), canvas.shape[1] // scale - side) * scale
    top = min(max(centre[1] - side // 2, 0), canvas.shape[0] // scale - side) * scale
    area = canvas[top : top + len(pixels), left : left + len(pixels)]
    opacity = pixels[..., 3:] / 255
    area *= 1 - opacity
    area += pixels[..., :3] * opacity

"""Draw what stands in front of a scene: a bar that hides a part of it, and a line of writing.

Neither means anything to a policy; a guard has to see past both.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

BAR_WIDTH = (2, 5)  # px on the 96 px picture
LETTERS = 9  # px high at scale 1
OPACITY = 0.55  # of the strip behind the writing


def put_bar(canvas: NDArray[np.float32], scale: int, rng: np.random.Generator) -> None:
    """An upright or slanted bar from edge to edge, like a lamp post or a railing."""
    height, width = canvas.shape[:2]
    thick = int(rng.integers(*BAR_WIDTH)) * scale
    top, slant = rng.uniform(0.1, 0.9) * width, rng.uniform(-0.3, 0.3) * width
    colour = rng.uniform(20, 200, 3).astype(np.float32)
    lefts = (top + slant * np.linspace(0, 1, height)).astype(int)
    columns = np.arange(width)[None]
    canvas[(columns >= lefts[:, None]) & (columns < lefts[:, None] + thick)] = colour


def put_writing(
    canvas: NDArray[np.float32], text: str, scale: int, rng: np.random.Generator
) -> None:
    """A subtitle in a dark strip at the top or the bottom."""
    height, width = canvas.shape[:2]
    strip = Image.new("L", (width, (LETTERS + 2) * scale))
    font = ImageFont.load_default(size=LETTERS * scale)
    ImageDraw.Draw(strip).text((2 * scale, 0), text, fill=255, font=font)
    letters = np.asarray(strip, np.float32)[..., None] / 255
    top = 0 if rng.random() < 0.5 else height - len(letters)
    area = canvas[top : top + len(letters)]
    area *= OPACITY
    area += (250 - area) * letters

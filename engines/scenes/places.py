"""Turn a place into its background, with a little clutter and writing that mean nothing."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Canvas = NDArray[np.float32]
SHADE = 18  # levels a base colour varies either way
WORDS = ("ok", "no", "7", "hi")
CLUTTER_MAX = 3


def background(place: str, width: int, height: int, rng: np.random.Generator) -> Canvas:
    """Background of a place, (height, width, RGB) with levels 0 .. 255."""
    canvas = np.empty((height, width, 3), np.float32)
    horizon = int(rng.integers(int(0.42 * height), int(0.69 * height)))
    PAINTERS[place](canvas, horizon, rng)
    return _cluttered(canvas, rng)


def _colour(rng: np.random.Generator, red: int, green: int, blue: int) -> Canvas:
    base = np.array((red, green, blue), np.float32)
    return base + rng.uniform(-SHADE, SHADE, 3).astype(np.float32)


def _museum(canvas: Canvas, horizon: int, rng: np.random.Generator) -> None:
    """Pale wall with columns over a wooden floor."""
    canvas[:] = _colour(rng, 205, 198, 186)
    floor = min(horizon + len(canvas) // 5, len(canvas) - 4)
    canvas[floor:] = _colour(rng, 140, 110, 85)
    step = int(rng.integers(18, 30))
    for left in range(int(rng.integers(0, step)), canvas.shape[1], step):
        canvas[:floor, left : left + 4] -= 38


def _street(canvas: Canvas, horizon: int, rng: np.random.Generator) -> None:
    """Houses with dark windows over asphalt with lane marks."""
    canvas[:horizon] = _colour(rng, 150, 140, 140)
    canvas[horizon:] = _colour(rng, 95, 95, 100)
    for left in range(int(rng.integers(0, 10)), canvas.shape[1], 22):
        canvas[8 : horizon - 6, left : left + 9] -= 30
    lane = min(horizon + int(rng.integers(8, 20)), len(canvas) - 4)
    for left in range(int(rng.integers(0, 12)), canvas.shape[1], 20):
        canvas[lane : lane + 3, left : left + 10] += 100


def _kitchen(canvas: Canvas, horizon: int, rng: np.random.Generator) -> None:
    """Tiles over a worktop."""
    canvas[:] = _colour(rng, 222, 222, 170)
    step = int(rng.integers(11, 18))
    offset = int(rng.integers(0, step))
    canvas[offset::step] -= 40
    canvas[:, offset::step] -= 40
    canvas[min(horizon + len(canvas) // 4, len(canvas) - 4) :] = _colour(rng, 150, 100, 60)


def _beach(canvas: Canvas, horizon: int, rng: np.random.Generator) -> None:
    """Sky, sea, sand."""
    canvas[:] = _colour(rng, 165, 212, 240)
    canvas[horizon - len(canvas) // 5 : horizon] = _colour(rng, 60, 130, 200)
    canvas[horizon:] = _colour(rng, 228, 204, 142)


PAINTERS = {"museum": _museum, "street": _street, "kitchen": _kitchen, "beach": _beach}


def _cluttered(canvas: Canvas, rng: np.random.Generator) -> Canvas:
    image = Image.fromarray(canvas.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, CLUTTER_MAX + 1))):
        _scribble(pen, image.size, rng)
    return np.asarray(image).astype(np.float32)


def _scribble(pen: ImageDraw.ImageDraw, size: tuple[int, int], rng: np.random.Generator) -> None:
    x, y = (int(rng.integers(0, limit)) for limit in size)
    width = int(rng.integers(3, 9))
    red, green, blue = (int(level) for level in rng.integers(60, 210, 3))
    colour = (red, green, blue)
    match int(rng.integers(4)):
        case 0:
            across, down = (int(step) for step in rng.integers(-25, 25, 2))
            pen.line([x, y, x + across, y + down], fill=colour, width=1)
        case 1:
            pen.ellipse([x, y, x + width, y + width], outline=colour)
        case 2:
            corners = [(x, y), (x + width, y), (x + width // 2, y + width)]
            pen.polygon(corners, outline=colour)
        case _:
            word = WORDS[int(rng.integers(len(WORDS)))]
            pen.text((x * 2 // 3, y * 7 // 8), word, fill=colour)

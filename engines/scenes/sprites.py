"""Turn (object, look, scale) into an RGBA sprite.

A look is a number: it fixes size, style, palette, rotation and flip, so that the same object can
be drawn again at any scale. No placing: draw.py does that.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .world import OBJECTS

Colour = tuple[int, ...]

INK, GREY, RED, GREEN, WHITE = (
    (30, 30, 30),
    (155, 155, 165),
    (200, 25, 35),
    (20, 140, 60),
    (245,) * 3,
)
YELLOW, BLUE, SKIN, PINK = (240, 200, 40), (40, 70, 210), (235, 190, 150), (170, 60, 180)
BROWN, ORANGE, TEAL, OUTLINE = (120, 70, 30), (255, 120, 0), (20, 150, 160), (15, 15, 15)
COLOURS: dict[Colour, str] = {
    INK: "black",
    GREY: "grey",
    RED: "red",
    GREEN: "green",
    WHITE: "white",
    YELLOW: "yellow",
    BLUE: "blue",
    PINK: "pink",
    BROWN: "brown",
    ORANGE: "orange",
    TEAL: "teal",
}
COLOURED_PART = {"knife": 1, "syringe": 1, "flag": 1, "child": 1, "adult": 1}  # others: 0

SIZES = (16, 18, 21, 25)  # px on the 96 px picture
STYLES = ("flat", "outline", "shaded", "tint")
PALETTES = 3
LOOKS = len(SIZES) * len(STYLES) * PALETTES
GRID = 16  # units a shape is drawn in; shapes use 1 .. 15
SUPERSAMPLING = 4
TILT = 14.0  # degrees either way
TINT = 25  # levels either way


@dataclass(frozen=True)
class Part:
    """One filled shape: `box` is left, top, right, bottom; `points` make a polygon instead."""

    colour: int
    box: tuple[float, float, float, float] = (0, 0, 0, 0)
    points: tuple[tuple[float, float], ...] = ()
    round: bool = False


def _rect(colour: int, *box: float) -> Part:
    left, top, right, bottom = box
    return Part(colour, (left, top, right, bottom))


def _oval(colour: int, *box: float) -> Part:
    left, top, right, bottom = box
    return Part(colour, (left, top, right, bottom), round=True)


def _polygon(colour: int, *points: tuple[float, float]) -> Part:
    return Part(colour, points=points)


SHAPES: dict[str, tuple[tuple[tuple[Colour, ...], ...], tuple[Part, ...]]] = {
    "gun": (
        ((INK,), (GREY,), (BROWN,)),
        (_rect(0, 1, 4, 15, 8), _rect(0, 2, 8, 6, 15), _rect(0, 6, 8, 9, 10)),
    ),
    "knife": (
        ((GREY, BROWN), (WHITE, INK), (GREY, RED)),
        (
            _polygon(0, (4, 13), (3, 10), (13, 1), (14, 5), (6, 13)),
            _rect(1, 1, 11, 6, 15),
        ),
    ),
    "syringe": (
        ((WHITE, TEAL, INK), (WHITE, RED, INK), (GREY, GREEN, INK)),
        (
            _rect(0, 5, 5, 11, 12),
            _rect(1, 5, 8, 11, 12),
            _rect(2, 7, 11, 9, 15),
            _rect(2, 7, 2, 9, 6),
            _rect(2, 4, 1, 12, 3),
        ),
    ),
    "bottle": (((GREEN,), (BROWN,), (TEAL,)), (_rect(0, 4, 6, 12, 15), _rect(0, 6, 1, 10, 7))),
    "cigarette": (
        ((WHITE, ORANGE), (WHITE, BROWN), (YELLOW, ORANGE)),
        (_rect(0, 1, 7, 11, 10), _rect(1, 10, 7, 15, 10)),
    ),
    "cross": (((BROWN,), (YELLOW,), (PINK,)), (_rect(0, 7, 1, 10, 15), _rect(0, 3, 4, 14, 7))),
    "flag": (
        ((INK, RED, WHITE), (BROWN, BLUE, YELLOW), (INK, GREEN, WHITE)),
        (_rect(0, 1, 1, 3, 15), _rect(1, 3, 1, 15, 6), _rect(2, 3, 6, 15, 10)),
    ),
    "pill": (
        ((RED, WHITE), (BLUE, YELLOW), (GREEN, WHITE)),
        (_oval(0, 1, 5, 10, 12), _oval(1, 6, 5, 15, 12)),
    ),
    "flame": (
        ((ORANGE, YELLOW), (RED, ORANGE), (RED, YELLOW)),
        (
            _polygon(0, (2, 14), (4, 5), (7, 9), (9, 1), (11, 8), (13, 6), (13, 14)),
            _polygon(1, (5, 14), (8, 7), (10, 14)),
        ),
    ),
    "skull": (
        ((WHITE, INK), (GREY, INK), (YELLOW, INK)),
        (
            _oval(0, 2, 1, 14, 12),
            _rect(0, 5, 10, 11, 15),
            _rect(1, 4, 5, 7, 8),
            _rect(1, 9, 5, 12, 8),
        ),
    ),
    "child": (
        ((SKIN, YELLOW), (SKIN, ORANGE), (SKIN, TEAL)),
        (_oval(0, 5, 4, 12, 10), _rect(1, 6, 10, 11, 15)),
    ),
    "adult": (
        ((SKIN, BLUE), (SKIN, GREEN), (SKIN, PINK)),
        (_oval(0, 5, 1, 11, 6), _rect(1, 4, 6, 12, 15)),
    ),
}


def size_of(look: int) -> int:
    """Side of the sprite in px on the 96 px picture."""
    return SIZES[look % len(SIZES)]


def colour_of(name: str, look: int) -> str:
    """The colour by which people would call this object."""
    palette = SHAPES[name][0][look // (len(SIZES) * len(STYLES))]
    return COLOURS[palette[COLOURED_PART.get(name, 0)]]


@lru_cache(maxsize=4096)
def sprite(name: str, look: int, scale: int = 1) -> NDArray[np.float32]:
    """Sprite of an object, (size * scale, size * scale, RGBA) with levels 0 .. 255."""
    style = STYLES[look // len(SIZES) % len(STYLES)]
    palette, parts = SHAPES[name][0][look // (len(SIZES) * len(STYLES))], SHAPES[name][1]
    rng = np.random.default_rng((OBJECTS.index(name), look))
    tilt, flip = float(rng.uniform(-TILT, TILT)), bool(rng.random() < 0.5)
    if style == "tint":
        palette = tuple(_tinted(colour, rng) for colour in palette)
    side = size_of(look) * scale
    image = _painted(parts, palette, side * SUPERSAMPLING, outline=style == "outline")
    image = image.rotate(tilt, Image.Resampling.BICUBIC)
    if flip:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    pixels = np.asarray(image.resize((side, side), Image.Resampling.BOX)).astype(np.float32)
    if style == "shaded":
        pixels[..., :3] *= np.linspace(1.2, 0.65, side, dtype=np.float32)[:, None, None]
    return pixels


def _tinted(colour: Colour, rng: np.random.Generator) -> Colour:
    return tuple(int(np.clip(level + rng.integers(-TINT, TINT + 1), 0, 255)) for level in colour)


def _painted(
    parts: tuple[Part, ...], palette: tuple[Colour, ...], side: int, *, outline: bool
) -> Image.Image:
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen, unit = ImageDraw.Draw(image), side / GRID
    if outline:
        for part in parts:
            _paint(pen, part, OUTLINE, unit, grow=0.7)
    for part in parts:
        _paint(pen, part, palette[part.colour], unit, grow=0.0)
    return image


def _paint(
    pen: ImageDraw.ImageDraw, part: Part, colour: Colour, unit: float, *, grow: float
) -> None:
    fill = (*colour, 255)
    if part.points:
        points = [(x * unit, y * unit) for x, y in part.points]
        pen.polygon(points, fill=fill)
        if grow:
            pen.line([*points, points[0]], fill=fill, width=int(2 * grow * unit))
        return
    left, top, right, bottom = part.box
    box = [(left - grow) * unit, (top - grow) * unit]
    box += [(right + grow) * unit - 1, (bottom + grow) * unit - 1]
    (pen.ellipse if part.round else pen.rectangle)(box, fill=fill)

"""Write a text over a frame, as people do who edit videos: in strips, signs, corners, or huge.

Not the writing of the training pictures (engines/scenes/front.py): other sizes, places, colours
and line breaks, so that a guard cannot know them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

UNITS = 96  # sizes below are shares of the longer side in 96ths, the small guard's pixels

Frame = NDArray[np.uint8]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Layout:
    """How a text stands in a picture.

    letters: their height, units; behind: the colour of what they stand on, None for the picture
    opacity: of what is behind them; place: where the text's box may lie
    """

    name: str
    letters: float
    colour: Colour
    behind: Colour | None
    opacity: float
    place: str  # edge, corner or anywhere


LAYOUTS = (
    Layout("strip", 7, (255, 255, 255), (0, 0, 0), 0.7, "edge"),
    Layout("sign", 10, (10, 10, 10), (250, 250, 245), 1.0, "anywhere"),
    Layout("corner", 5, (235, 30, 30), None, 0.0, "corner"),
    Layout("huge", 17, (250, 225, 40), None, 0.0, "anywhere"),
)


def write(frame: Frame, text: str, layout: Layout, rng: np.random.Generator) -> Frame:
    """The frame with the text in it; long lines are broken, what does not fit is left out."""
    picture = Image.fromarray(frame).convert("RGB")
    unit = max(picture.size) / UNITS
    font = ImageFont.load_default(size=layout.letters * unit)
    pen = ImageDraw.Draw(picture)
    broken = _broken(text, pen, font, picture.width - 4 * unit)
    left, top, right, bottom = pen.multiline_textbbox((0, 0), broken, font=font)
    size = (right - left + 4 * unit, bottom - top + 4 * unit)
    x, y = _corner(layout.place, (picture.width - size[0], picture.height - size[1]), rng)
    if layout.behind is not None:
        box = (round(x), round(y), round(x + size[0]), round(y + size[1]))
        if layout.place == "edge":
            box = (0, box[1], picture.width, box[3])
        ground = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), layout.behind)
        picture.paste(Image.blend(picture.crop(box), ground, layout.opacity), box[:2])
    ImageDraw.Draw(picture).multiline_text(
        (x + 2 * unit - left, y + 2 * unit - top), broken, fill=layout.colour, font=font
    )
    return np.asarray(picture)


def _broken(
    text: str,
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    width: float,
) -> str:
    """The text in lines no wider than `width`, where its words allow it."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.textlength(longer, font=font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _corner(place: str, free: tuple[float, float], rng: np.random.Generator) -> tuple[float, float]:
    """Upper left corner of the text's box, drawn from what the place allows."""
    across, down = (max(0.0, length) for length in free)
    shares = rng.random(2)
    if place == "corner":
        shares = shares.round()
    if place == "edge":
        shares[1] = shares[1].round()
    return float(across * shares[0]), float(down * shares[1])

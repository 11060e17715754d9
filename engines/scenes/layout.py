"""Turn a list of objects into a scene: where each stands, how it looks, in which picture shape."""

from dataclasses import dataclass

import numpy as np

from .sprites import LOOKS
from .world import SIDE

MARGIN = 12  # px from a sprite's centre to the picture's edge
DISTANCE = 20  # px between two centres: the largest sprites overlap a little
DISTANCE_TIGHT = 17  # the same where a narrow picture has no room
TRIES = 400
CELL = 16  # px, the grid that perception is trained on

Slot = tuple[int, int]


@dataclass(frozen=True)
class Scene:
    """What a picture shows; the same seed gives the same background, clutter and grain.

    barred: a bar stands in front; writing: a line of text over the picture
    """

    place: str
    objects: tuple[str, ...]
    slots: tuple[Slot, ...]  # centres, px inside the picture at scale 1
    looks: tuple[int, ...]
    seed: int
    aspect: tuple[int, int] = (1, 1)  # width : height
    barred: bool = False
    writing: str = ""


def inner_size(aspect: tuple[int, int]) -> tuple[int, int]:
    """Width and height that a picture of this shape fills of the 96 px square."""
    longer = max(aspect)
    return SIDE * aspect[0] // longer, SIDE * aspect[1] // longer


def objects_max(aspect: tuple[int, int]) -> int:
    """How many objects fit without hiding one another."""
    return 5 if min(inner_size(aspect)) > SIDE * 2 // 3 else 4


def arrange(
    place: str, objects: tuple[str, ...], seed: int, aspect: tuple[int, int] = (1, 1)
) -> Scene:
    """A scene with slots and looks chosen by the seed."""
    rng = np.random.default_rng(seed)
    slots = place_slots(len(objects), aspect, rng)
    looks = tuple(int(look) for look in rng.integers(0, LOOKS, len(objects)))
    return Scene(place, objects, slots, looks, int(rng.integers(1 << 40)), aspect)


def place_slots(count: int, aspect: tuple[int, int], rng: np.random.Generator) -> tuple[Slot, ...]:
    """Centres inside the picture that keep their distance."""
    width, height = inner_size(aspect)
    distance = DISTANCE if min(width, height) > SIDE * 2 // 3 else DISTANCE_TIGHT
    while True:
        slots: list[Slot] = []
        for x, y in rng.integers(MARGIN, (width - MARGIN, height - MARGIN), (TRIES, 2)).tolist():
            if all(_apart((x, y), slot, distance) for slot in slots):
                slots.append((x, y))
            if len(slots) == count:
                return tuple(slots)


def cell_of(slot: Slot, aspect: tuple[int, int]) -> int:
    """Which cell of the 96 px square's 16 px grid holds this centre, row by row."""
    width, height = inner_size(aspect)
    x, y = slot[0] + (SIDE - width) // 2, slot[1] + (SIDE - height) // 2
    return y // CELL * (SIDE // CELL) + x // CELL


def _apart(one: Slot, other: Slot, distance: int) -> bool:
    across, down = one[0] - other[0], one[1] - other[1]
    return across * across + down * down >= distance * distance

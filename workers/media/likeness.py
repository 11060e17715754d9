"""Tell frames that show the same from such that do not: by perceptual hash, and tile by tile.

A hash is of the whole picture: a small object that appears hardly changes it. So the difference of
every single tile is bounded too. Pure.

The bounds are for H.264: pairs of scenes that differ in one object differ by 50 levels in some
tile; a held scene differs from itself by 6 at crf 28 and by 8 at crf 35. What an object adds is its
contrast times its share of a tile, so one of 3 % of a side is found from a contrast of 50 on
(tests/workers/media/test_likeness.py).
"""

from __future__ import annotations  # a look is compared with another

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pdq import distance

HASH_DISTANCE = 31  # bits that two hashes of one picture may differ by: PDQ's own bound
TILES = 16  # a side
_PIXELS = 6  # a side of a tile
TWIN_LEVELS = 10.0  # of 255: no tile of twins differs by more, in any channel
FLAT_LEVELS = 3.0  # the same where hashes say nothing: in the dark all differences are small
CUT_LEVELS = 40.0  # some tile of what is taken for a cut differs by more, or the hash does

Bits = NDArray[np.uint8]  # (32,)
Square = NDArray[np.uint8]  # (side, side, 3)


@dataclass(frozen=True)
class Look:
    """A decoded frame as it is compared: its hash, and its square.

    bits: None where there is too little in the picture for its hash to say anything
    """

    bits: Bits | None
    square: Square

    def is_twin(self, other: Look, bits: int) -> bool:
        """Whether both show the same; the hashes of twins differ by so many bits at most."""
        if self.bits is None or other.bits is None:
            return tile_levels(self.square, other.square) <= FLAT_LEVELS
        near = distance(self.bits, other.bits) <= bits
        return near and tile_levels(self.square, other.square) <= TWIN_LEVELS

    def is_cut_from(self, other: Look) -> bool:
        """Whether they show so different things that both are worth a look."""
        if self.bits is not None and other.bits is not None:
            if distance(self.bits, other.bits) > HASH_DISTANCE:
                return True
        return tile_levels(self.square, other.square) > CUT_LEVELS


def tile_levels(one: Square, other: Square) -> float:
    """The largest mean absolute difference of a tile in a channel, in levels of 255.

    Of large squares only every so many pixels are looked at, a few in a row in each tile.
    """
    step = max(1, one.shape[0] // (TILES * _PIXELS))
    apart = np.abs(one[::step, ::step].astype(np.int16) - other[::step, ::step])
    side = apart.shape[0]
    edges = np.unique(np.arange(TILES) * side // TILES)
    sizes = np.diff(edges, append=side)
    sums = np.add.reduceat(np.add.reduceat(apart, edges, 0, np.int64), edges, 1)
    return float((sums / np.outer(sizes, sizes)[..., None]).max())


def twins(looks: Sequence[Look], bits: int | None) -> list[int]:
    """For each frame the place of the one that can stand for it: its own, or an earlier one's.

    bits: that the hashes of twins differ by at most; None: nobody has a twin
    """
    if bits is None:
        return list(range(len(looks)))
    stands: list[int] = []
    for place, look in enumerate(looks):
        has_twin = bool(stands) and look.is_twin(looks[stands[-1]], bits)
        stands.append(stands[-1] if has_twin else place)
    return stands


def without_false_cuts(looks: Sequence[Look], is_cut: Sequence[bool]) -> list[int]:
    """Places of the frames that remain when what differs too little from its neighbours is no cut.

    A frame that is no candidate remains. Neighbours: what remains before it, and the next step.
    """
    remains: list[int] = []
    for place, candidate in enumerate(is_cut):
        after = [later for later in range(place + 1, len(is_cut)) if not is_cut[later]][:1]
        beside = [*remains[-1:], *after] if candidate else []
        if all(looks[place].is_cut_from(looks[neighbour]) for neighbour in beside):
            remains.append(place)
    return remains

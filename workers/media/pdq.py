"""Turn a picture into its PDQ hash: 256 bits that survive scaling and new encoding, and a quality.

Pictures longer than LONGEST px are scaled by the caller (`Painter.luma`); nothing is decoded here.
Source: PDQ, facebook/ThreatExchange `hashing/hashing.pdf` and `pdq/README.md`: luma, two box
filters, 64 x 64 points, the 16 x 16 lowest frequencies without the mean, one bit per frequency
above their median.
Differences: 1) the filters are linear and separable, so they and the choice of points are one
sparse matrix per axis; 2) colours become luma after the first axis, when there are fewer of them;
3) the mirrored picture is hashed itself: turning the frequencies over, as the project does, is off
by half a point, which costs 20 bits.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST = 512  # px; both sides are made so long where one is longer, as the reference tool does
SHORTEST = 5  # px; below, nothing can be hashed
QUALITY_MIN = 50  # below, the project advises against comparing
POINTS, FREQUENCIES = 64, 16  # per axis
BITS = FREQUENCIES * FREQUENCIES

Floats = NDArray[np.float32]

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_QUALITY_SCALE = 90  # the project's own
_MEDIAN = BITS // 2 - 1  # rank of the lower one


class Pdq(NamedTuple):
    """The hash, that of the mirrored picture, and how much there was to be hashed, 0 to 100.

    bits: 32 bytes, whose hexadecimal digits are the hash as the project writes it
    """

    bits: NDArray[np.uint8]
    mirrored: NDArray[np.uint8]
    quality: int


def pdq(picture: NDArray[np.uint8] | Floats) -> Pdq | None:
    """The hash of a picture, upright, (H, W, 3) RGB or (H, W) luma; None if it is too small."""
    height, width = picture.shape[:2]
    if min(height, width) < SHORTEST:
        return None
    rows = _along(picture)  # (64, W, 3) or (64, W)
    luma: Floats = rows @ _LUMA if rows.ndim == 3 else rows
    points, mirrored = _along(luma.T).T, _along(luma.T[::-1]).T  # (64, 64)
    return Pdq(_bits(points), _bits(mirrored), _quality(points))


def distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Bits in which two hashes differ."""
    return int(np.bitwise_count(one ^ other).sum())


def _along(picture: NDArray[np.uint8] | Floats) -> Floats:
    """Filter the first axis and keep POINTS of it."""
    places, weights = _taps(picture.shape[0])
    shape = (-1, *[1] * (picture.ndim - 1))
    total: Floats = picture[places[0]] * weights[0].reshape(shape)
    for place, weight in zip(places[1:], weights[1:], strict=True):
        total += picture[place] * weight.reshape(shape)
    return total


@lru_cache(maxsize=64)
def _taps(length: int) -> tuple[NDArray[np.int64], Floats]:
    """places, weights (taps, 64): point i is the sum of weights[:, i] times values at places[:, i].

    Two passes of a box as wide as half a point's distance; at the borders it averages what is there
    """
    window = -(-length // (2 * POINTS))
    right = window // 2
    left = window - 1 - right
    at = np.arange(length)
    away = at[None, :] - at[:, None]
    box = ((away >= -left) & (away <= right)).astype(np.float64)
    box /= box.sum(axis=1, keepdims=True)
    centres = ((np.arange(POINTS) + 0.5) * length / POINTS).astype(np.int64)
    twice = (box @ box)[centres]
    reach = np.arange(-2 * left, 2 * right + 1)
    places = centres[None, :] + reach[:, None]
    inside = (places >= 0) & (places < length)
    places = np.clip(places, 0, length - 1)
    weights = np.where(inside, twice[np.arange(POINTS)[None, :], places], 0)
    return places, weights.astype(np.float32)


def _cosines() -> Floats:
    frequency = np.arange(1, FREQUENCIES + 1)[:, None]
    angles = np.pi / 2 / POINTS * frequency * (2 * np.arange(POINTS) + 1)
    scaled: Floats = (np.sqrt(2 / POINTS) * np.cos(angles)).astype(np.float32)
    return scaled


_COSINES = _cosines()  # (16, 64)


def _bits(points: Floats) -> NDArray[np.uint8]:
    values = (_COSINES @ points @ _COSINES.T).ravel()  # of (16, 16) frequencies
    bits = values > np.partition(values, _MEDIAN)[_MEDIAN]
    return np.packbits(bits[::-1])


def _quality(points: Floats) -> int:
    """How much the points differ from their neighbours; steps of less than 1 % do not count."""
    steps = (np.diff(points, axis=axis) * 100 / 255 for axis in (0, 1))
    total = sum(int(np.abs(np.trunc(step)).sum()) for step in steps)
    return min(100, total // _QUALITY_SCALE)

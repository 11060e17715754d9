"""Turn pictures into fingerprints whose distance says how alike they look, to find near-duplicates.

A fingerprint is the picture's mean colours over a small grid; the distance is what four fifths of
the cells stay below, so a replaced object does not hide that the scene is the same.
Bit hashes (differences of neighbours, 8 to 24 cells, with and without a dead zone) were tried
first: on drawn walls and skies the codec's noise sets their bits, and a scene in a poor encoding
lay further away than strangers. The world is small: among tens of thousands of scenes a few
strangers look alike by chance (the nearest: 7). Production matches known content by PDQ, in
workers/media.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GRID = 12  # cells a side
CELLS = 0.8  # of the cells differ by no more than the distance
ALIKE = 10.5  # levels of 255; a scene, its twin and their poorest encodings 9.4, 4 000 strangers 13

Fingerprint = NDArray[np.int16]  # (GRID * GRID, 3)


def fingerprint(picture: NDArray[np.uint8]) -> Fingerprint:
    """picture: (H, W, 3)."""
    small = Image.fromarray(picture).resize((GRID, GRID), Image.Resampling.BOX)
    return np.asarray(small, np.int16).reshape(-1, 3)


def distances(one: Fingerprint, many: NDArray[np.int16]) -> NDArray[np.int16]:
    """Levels by which four fifths of the cells differ at most, for each of many, (n,)."""
    apart = np.abs(many - one).max(-1)  # (n, cells)
    rank = int(CELLS * GRID * GRID)
    found: NDArray[np.int16] = np.partition(apart, rank, axis=-1)[:, rank]
    return found

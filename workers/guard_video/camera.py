"""Turn a take and a moment into the part of the drawn place that the camera shows.

A moving camera pans and zooms slowly and never cuts an object off, so that the truth stays true.
"""

from dataclasses import dataclass

import numpy as np

MARGIN = 12  # px of place around the scene, at scale 1
PERIODS = (8.0, 25.0)  # seconds of one sway
ZOOM = 0.06  # either way
SWAY = 10.0  # px at scale 1, either way

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Camera:
    """A camera over one take.

    size: width and height of the scene; corners: what must stay in view, both in scene pixels
    """

    size: tuple[int, int]
    corners: tuple[int, int, int, int]
    seed: int

    def box(self, seconds: float) -> Box:
        """Left, top, right, bottom in pixels of the place, whose corner is MARGIN further out."""
        if not self.seed:
            return (MARGIN, MARGIN, MARGIN + self.size[0], MARGIN + self.size[1])
        rng = np.random.default_rng(self.seed)
        periods, phases = rng.uniform(*PERIODS, 3), rng.uniform(0, 2 * np.pi, 3)
        sways = np.sin(2 * np.pi * seconds / periods + phases)
        zoom = max(1 + ZOOM * float(sways[2]), self._least())
        spans = [self._span(axis, zoom, SWAY * float(sways[axis])) for axis in (0, 1)]
        return spans[0][0], spans[1][0], spans[0][1], spans[1][1]

    def _least(self) -> float:
        """The narrowest zoom in which everything is seen."""
        return max(
            (self.corners[axis + 2] - self.corners[axis]) / self.size[axis] for axis in (0, 1)
        )

    def _span(self, axis: int, zoom: float, sway: float) -> tuple[float, float]:
        length, place = self.size[axis] * zoom, self.size[axis] + 2 * MARGIN
        wanted = (place - length) / 2 + sway
        low = max(0.0, self.corners[axis + 2] + MARGIN - length)
        high = min(place - length, self.corners[axis] + MARGIN)
        start = min(max(wanted, low), max(low, high))
        return start, start + length

"""Look once more at frames that hit, from a little elsewhere, and take the mean of all looks.

A picture that is held is one look, however many frames show it and however densely they are
decoded: what a guard takes for a gun there it takes for a gun in all of them. Moved and cropped by
a few per cent it is another look: a thing that is there stays, most of what is not there goes.
A frame that does not hit is never made to, and an unparsable look says nothing either way.
Mirroring is no look: writing does not stand it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .engine_wire import Answer

VIEWS = (  # left, top, right, bottom: shares of a side that are cut off
    (0.03, 0.03, 0.03, 0.03),
    (0.05, 0.00, 0.00, 0.05),
    (0.00, 0.05, 0.05, 0.00),
    (0.02, 0.00, 0.04, 0.06),
)
FRAMES_MAX = 48  # per upload; where more hit, they confirm each other

Frames = NDArray[np.uint8]  # (T, side, side, 3)


class Scores(Protocol):
    """What is asked about frames."""

    async def score(
        self, frames: Frames, policies: Sequence[str], *, deadline: float
    ) -> list[tuple[Answer, ...]]:
        """answers[t][p]. raises: DeadlineExceeded, EngineCrash, EngineFault"""


@dataclass
class LooksAgain:
    """A guard for one upload, that looks again where its policies are hit.

    thresholds: from which each of the upload's policies is hit
    left: how many frames may still be looked at again
    """

    guard: Scores
    thresholds: Sequence[float]
    left: int = FRAMES_MAX

    async def score(
        self, frames: Frames, policies: Sequence[str], *, deadline: float
    ) -> list[tuple[Answer, ...]]:
        """As the guard's; an answer that hits has the mean score of all looks."""
        rows = await self.guard.score(frames, policies, deadline=deadline)
        hits = [t for t, row in enumerate(rows) if self._hit(row)][: self.left]
        if not hits:
            return rows
        self.left -= len(hits)
        asked = sorted({p for t in hits for p in self._hit(rows[t])})
        texts = [policies[p] for p in asked]
        seen = await self.guard.score(views(frames[hits]), texts, deadline=deadline)
        looked = list(rows)
        for i, t in enumerate(hits):
            others = seen[i * len(VIEWS) : (i + 1) * len(VIEWS)]
            looks = {p: [other[asked.index(p)] for other in others] for p in self._hit(rows[t])}
            looked[t] = tuple(together(a, looks.get(p, [])) for p, a in enumerate(rows[t]))
        return looked

    def _hit(self, row: tuple[Answer, ...]) -> list[int]:
        """The policies under which a frame hits."""
        return [
            p
            for p, (answer, threshold) in enumerate(zip(row, self.thresholds, strict=True))
            if answer.word != "unparsable" and answer.score >= threshold
        ]


def together(answer: Answer, others: Sequence[Answer]) -> Answer:
    """An answer with the mean score of all looks that say anything."""
    parsed = [other.score for other in others if other.word != "unparsable"]
    mean = float(np.mean([answer.score, *parsed]))
    return Answer(answer.word, mean if parsed else answer.score, answer.rationale)


def views(frames: Frames) -> Frames:
    """All views of the first frame, then of the second, ...: (T * views, side, side, 3)."""
    return np.stack([_view(frame, cut) for frame in frames for cut in VIEWS])


def _view(frame: Frames, cut: tuple[float, float, float, float]) -> Frames:
    side = frame.shape[0]
    left, top, right, bottom = (side * share for share in cut)
    box = (left, top, side - right, side - bottom)
    shown = Image.fromarray(np.ascontiguousarray(frame))
    return np.asarray(shown.resize((side, side), Image.Resampling.BILINEAR, box))

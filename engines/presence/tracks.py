"""Link the faces of neighbouring frames into tracks: the same face as long as its boxes overlap.

Pure. Greedy, the surest faces first; a face may be missing in one frame. Frames more than
GAP_SECONDS apart are not linked: nobody knows what happened between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .boxes import Boxes, overlaps
from .shape import Face

OVERLAP_MIN = 0.2  # a head that turns or nods between two frames
GAP_SECONDS = 2.5  # two steps of one second, and a little


@dataclass
class Track:
    """One face over time; times in seconds, ascending, one per face."""

    times: list[float] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)

    def inside(self, start: float, end: float) -> "Track":
        """The part between two times, both included."""
        held = [i for i, time in enumerate(self.times) if start <= time <= end]
        return Track([self.times[i] for i in held], [self.faces[i] for i in held])

    def region(self) -> tuple[float, float, float, float]:
        """The smallest box around all its boxes: left, top, right, bottom."""
        boxes = _boxes(self.faces)
        low, high = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
        return (low[0], low[1], high[0], high[1])


def tracks(times: Sequence[float], found: Sequence[Sequence[Face]]) -> list[Track]:
    """Tracks in the order of their first frame. times: of the frames, ascending."""
    done: list[Track] = []
    for time, faces in zip(times, found, strict=True):
        recent = [track for track in done if time - track.times[-1] <= GAP_SECONDS]
        for face in sorted(faces, key=lambda face: -face.score):
            track = _best(recent, face)
            if track is None:
                done.append(track := Track())
            else:
                recent.remove(track)
            track.times.append(time)
            track.faces.append(face)
    return done


def _best(recent: list[Track], face: Face) -> Track | None:
    if not recent:
        return None
    shares = overlaps(_boxes([face])[0], _boxes([track.faces[-1] for track in recent]))
    place = int(np.argmax(shares))
    return recent[place] if shares[place] >= OVERLAP_MIN else None


def _boxes(faces: Sequence[Face]) -> Boxes:
    return np.array([(face.left, face.top, face.right, face.bottom) for face in faces], np.float32)

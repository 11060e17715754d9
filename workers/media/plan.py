"""Find the packets without which the chosen frames cannot be decoded.

Decode order puts whatever a frame depends on before it, so a frame needs no more than the packets
from the key frame that starts its group up to itself. Pure.
Equal to the pixel to decoding everything: tests/workers/media/test_decode.py, five codecs.
"""

import numpy as np
from numpy.typing import NDArray


def needed(
    pts: NDArray[np.int64], keys: NDArray[np.bool_], wanted: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which packets to decode.

    pts, keys: of all packets in decode order; wanted: the pts of the chosen frames
    """
    need = np.zeros(pts.size, bool)
    starts = np.flatnonzero(keys)
    for place in np.flatnonzero(np.isin(pts, wanted)).tolist():
        need[group_start(pts, starts, place) : place + 1] = True
    return need


def group_start(pts: NDArray[np.int64], starts: NDArray[np.int64], place: int) -> int:
    """The packet from which on to decode for the one at `place`. starts: of the key frames."""
    before = starts[: np.searchsorted(starts, place, side="right")]
    # a leading picture is shown before its group's key frame and needs the group before it too
    usable = before[pts[before] <= pts[place]]
    return int(usable[-1]) if usable.size else 0

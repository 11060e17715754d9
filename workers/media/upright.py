"""Read from a frame's display matrix how the picture is turned and mirrored, and do it.

A matrix is taken for the nearest of the eight ways to lay a rectangle square: other angles, shears
and scales, which players hardly follow, are rounded off.
Source: FFmpeg libavutil/display.h for the layout.
"""

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame
from numpy.typing import NDArray

_BYTES = 9 * 4  # 3 x 3 numbers of 16.16 bits, rows: x, y, shift
_UNNAMED = sorted(set(range(40)) - {kind.value for kind in Type})  # EXIF is 31
_QUARTER = np.array([[0, 1], [-1, 0]])  # counterclockwise, y goes down

Pixels = NDArray[np.uint8]


class Turn(NamedTuple):
    """First mirrored left to right, then turned counterclockwise."""

    quarters: int
    mirrored: bool

    def upright(self, pixels: Pixels) -> Pixels:
        """The picture as it is shown, (H, W, ...) or (W, H, ...)."""
        return np.rot90(pixels[:, ::-1] if self.mirrored else pixels, self.quarters)


def turn_of(frame: VideoFrame) -> Turn:
    """How this frame is to be shown."""
    try:
        return _told(frame)
    except ValueError:  # something beside the frame that PyAV cannot name, as a photograph's EXIF
        return _told(_without_unnamed(frame))


def _told(frame: VideoFrame) -> Turn:
    beside = cast(SideDataContainer, frame.side_data)  # its stub knows one kind alone
    try:
        return nearest(bytes(beside[Type.DISPLAYMATRIX]))
    except KeyError:
        return Turn(0, mirrored=False)


def _without_unnamed(frame: VideoFrame) -> VideoFrame:
    graph = Graph()
    unit = Fraction(1, 1000)
    nodes = [graph.add_buffer(None, frame.width, frame.height, frame.format, time_base=unit)]
    nodes += [graph.add("sidedata", f"mode=delete:type={kind}") for kind in _UNNAMED]
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()


@lru_cache(maxsize=64)
def nearest(matrix: bytes) -> Turn:
    """The way that lies nearest; as it is, if the matrix says nothing."""
    if len(matrix) != _BYTES:
        return Turn(0, mirrored=False)
    numbers = np.frombuffer(matrix, np.int32).reshape(3, 3)[:2, :2].T.astype(np.float64)
    return max(_WAYS, key=lambda turn: float((numbers * _WAYS[turn]).sum()))


_WAYS = {
    Turn(quarters, mirrored): np.linalg.matrix_power(_QUARTER, quarters)
    @ np.diag([-1 if mirrored else 1, 1])
    for mirrored in (False, True)
    for quarters in range(4)
}

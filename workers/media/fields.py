"""Take of an interlaced frame the field that was filmed at the frame's own time: its first one.

The two fields of a frame are a 50th or 60th of a second apart; woven together they comb whatever
moves. One field has half the lines, no fewer than the engines' square: nothing is guessed between.
Done by libavfilter's `separatefields`, which knows which field comes first.
"""

from fractions import Fraction

import av
from av.filter import Graph
from av.video.frame import VideoFrame

_LINES_MIN = 4  # two a field


class FieldPicker:
    """Keeps the filter between frames of one shape."""

    def __init__(self) -> None:
        """The filter is set up by the first interlaced frame."""
        self._shape: tuple[int, int, str] | None = None
        self._graph = Graph()

    def first_field(self, frame: VideoFrame) -> VideoFrame:
        """Half as high; the frame itself if it is progressive."""
        if not frame.interlaced_frame or frame.height < _LINES_MIN:
            return frame
        shape = frame.width, frame.height, frame.format.name
        if shape != self._shape:
            self._shape, self._graph = shape, _separating(frame)
        self._graph.vpush(frame)
        return self._latest() or frame

    def _latest(self) -> VideoFrame | None:
        """The frame before leaves its second field first."""
        latest = None
        try:
            while True:
                latest = self._graph.vpull()
        except (BlockingIOError, av.EOFError):
            return latest


def _separating(frame: VideoFrame) -> Graph:
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000)
    )
    graph.link_nodes(source, graph.add("separatefields"), graph.add("buffersink"))
    graph.configure()
    return graph

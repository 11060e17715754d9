"""Tell whether a QuickTime or MP4 file keeps tracks in other files.

FFmpeg opens none of them, but it may read this file in their place: what is judged would not be
what a player shows. Reads nothing but boxes on the way to the data references, and few of them.
Source: ISO/IEC 14496-12 section 8.7.2: flag 1 of an entry says that the data are in this file.
Differences: 1) an entry that has the flag wrong and names nothing counts as this file; 2) the
first `moov` counts, as it does for FFmpeg.
"""

import os
from collections.abc import Iterator
from itertools import islice

from .bounds import Oversized

_WAY = (b"trak", b"mdia", b"minf", b"dinf", b"dref")
_ENTRIES_AFTER = 8  # bytes of version, flags and count come first
_NAME_AFTER = 4  # bytes of version and flags
_NAME_BYTES = 64
_BOXES_MAX = 100_000  # in all; a film has some hundred

Span = tuple[int, int]  # where a box's content starts and ends


def refers_elsewhere(source: int) -> bool:
    """Whether any track's data lie in another file. raises: Oversized."""
    return any(_is_elsewhere(source, entry) for entry in _Boxes(source).references())


def _is_elsewhere(source: int, entry: Span) -> bool:
    read = _read(source, entry[0], min(entry[1] - entry[0], _NAME_BYTES))
    is_here = int.from_bytes(read[:_NAME_AFTER], "big") & 1
    return not is_here and bool(read[_NAME_AFTER:].strip(b"\0"))


class _Boxes:
    def __init__(self, source: int) -> None:
        self._source, self._left = source, _BOXES_MAX

    def references(self) -> Iterator[Span]:
        everything = 0, os.lseek(self._source, 0, os.SEEK_END)
        films = (span for name, span in self._of(everything) if name == b"moov")
        inside = list(islice(films, 1))  # what follows may be ten thousands of fragments
        for wanted in _WAY:
            inside = [span for outer in inside for name, span in self._of(outer) if name == wanted]
        for start, end in inside:
            yield from (span for _, span in self._of((start + _ENTRIES_AFTER, end)))

    def _of(self, outer: Span) -> Iterator[tuple[bytes, Span]]:
        start, end = outer
        while start + 8 <= end:
            self._left -= 1
            if self._left < 0:
                raise Oversized(f"more than {_BOXES_MAX} boxes before the end of the tracks")
            head = _read(self._source, start, 16)
            size, content = int.from_bytes(head[:4], "big"), 8
            if size == 1:
                size, content = int.from_bytes(head[8:16], "big"), 16
            stop = min(start + size, end) if size else end
            if stop < start + content:
                return
            yield head[4:8], (start + content, stop)
            start = stop


def _read(source: int, start: int, count: int) -> bytes:
    os.lseek(source, start, os.SEEK_SET)
    return os.read(source, max(0, count))

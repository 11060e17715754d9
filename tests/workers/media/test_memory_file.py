"""A file in memory is written like one on a disk, and never beyond its room."""

import io

import pytest

from workers.media.memory_file import MemoryFile


def test_the_head_can_be_completed_at_the_end() -> None:
    room = memoryview(bytearray(16))
    file = MemoryFile(room)

    file.write(b"....body")
    file.seek(0)
    file.write(b"head")
    file.seek(0, io.SEEK_END)

    assert (bytes(room[:8]), file.tell(), file.size_bytes) == (b"headbody", 8, 8)


def test_what_does_not_fit_is_refused_and_leaves_no_part() -> None:
    room = memoryview(bytearray(8))
    file = MemoryFile(room[:4])

    with pytest.raises(OSError, match="5 bytes do not fit into 4"):
        file.write(b"large")

    assert bytes(room) == bytes(8)

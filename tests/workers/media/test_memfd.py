"""The clip's buffer keeps the size that the worker gave it."""

import mmap
import os

import pytest

from workers.media.memfd import Buffer


@pytest.mark.parametrize("size_bytes", [0, 10, 10_000])
def test_a_sealed_buffer_cannot_be_resized(size_bytes: int) -> None:
    buffer = Buffer(5000)
    with pytest.raises(PermissionError):
        os.ftruncate(buffer.fileno(), size_bytes)


def test_what_was_written_through_a_mapping_is_copied_out() -> None:
    buffer, copied = Buffer(5000), bytearray(3)
    mmap.mmap(buffer.fileno(), 5000)[4000:4003] = b"end"
    buffer.copy(memoryview(copied), 4000)
    assert copied == b"end"


def test_nothing_is_copied_from_outside() -> None:
    with pytest.raises(ValueError, match="outside"):
        Buffer(100).copy(memoryview(bytearray(8)), 96)

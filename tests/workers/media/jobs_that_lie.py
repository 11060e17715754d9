"""A jobs module whose answer is what the source says, whatever was asked for."""

import os


def answer(request: bytes, source: int, buffer: memoryview) -> bytes:
    buffer[:] = b"\xff" * len(buffer)
    return os.read(source, 1 << 20)

"""A file that FFmpeg writes into memory of a fixed size."""

import io


class MemoryFile(io.RawIOBase):
    """Grows inside its room, and refuses what does not fit with an OSError."""

    def __init__(self, room: memoryview) -> None:
        """Empty."""
        super().__init__()
        self._room, self._at = room, 0
        self.size_bytes = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always: a container's head is completed at its end."""
        return True

    def tell(self) -> int:
        """Where the next byte goes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there; writing beyond the end leaves what was in the room."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size_bytes}[whence]
        self._at = start + offset
        return self._at

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # FFmpeg hands over bytes
        """All of it, or nothing."""
        end = self._at + len(piece)
        if end > len(self._room):
            raise OSError(f"{end} bytes do not fit into {len(self._room)}")
        self._room[self._at : end] = piece
        self._at, self.size_bytes = end, max(self.size_bytes, end)
        return len(piece)

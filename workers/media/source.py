"""Take in the bytes of an upload: hashed on the way, bounded, into a file that has no name.

Whoever parses the upload gets a read-only descriptor with an offset of its own, never a path.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, cast

from topics.errors import EmptySource, NoSpace, TooLarge


@dataclass(frozen=True)
class Source:
    """The bytes of one upload, kept until `close`."""

    file: FileIO
    sha256: str
    size_bytes: int

    def reopen(self) -> FileIO:
        """Another read-only descriptor with its own offset; dup would share one."""
        return FileIO(f"/proc/self/fd/{self.file.fileno()}", "r")

    def close(self) -> None:
        """Give the bytes back to the system."""
        self.file.close()


class Intake:
    """An unlinked file that fills up to `max_bytes` and then becomes a Source."""

    def __init__(self, max_bytes: int, folder: Path | None = None) -> None:
        """folder: where the bytes lie, by default the system's temporary folder.

        raises: NoSpace, as `write` does, when the folder cannot take them
        """
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._digest = hashlib.sha256()
        with _space():
            self._file = cast(BinaryIO, tempfile.TemporaryFile(buffering=0, dir=folder))

    def write(self, piece: bytes) -> None:
        """Add a piece; raises TooLarge before it would be kept."""
        self._size_bytes += len(piece)
        if self._size_bytes > self._max_bytes:
            raise TooLarge(f"expected at most {self._max_bytes} bytes, got more")
        self._digest.update(piece)
        with _space():
            while piece:
                piece = piece[self._file.write(piece) :]

    def finish(self) -> Source:
        """Close the way in; raises EmptySource if nothing came."""
        with self._file:
            if not self._size_bytes:
                raise EmptySource("expected a video, got 0 bytes")
            file = FileIO(f"/proc/self/fd/{self._file.fileno()}", "r")
        return Source(file, self._digest.hexdigest(), self._size_bytes)

    def discard(self) -> None:
        """Throw away what came so far."""
        self._file.close()


@contextmanager
def _space() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # of the folder, not of the upload
        raise NoSpace(f"no room for an upload's bytes: {error.strerror}") from error

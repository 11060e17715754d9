"""Anonymous memory that a child fills and the worker copies out, of a size nobody can change.

Sealed against shrinking (a shrunk mapping would be SIGBUS for its reader), growing and further
seals. Untouched pages cost nothing, so a buffer is sized by limits, not by content.
"""

import fcntl
import os
from io import FileIO

_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL


class Buffer:
    """A sealed memfd of at least one byte."""

    def __init__(self, size_bytes: int) -> None:
        """Allocate and seal. raises: OSError."""
        self.size_bytes = max(1, size_bytes)
        fd = os.memfd_create("clip", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self._file = FileIO(fd, "r+")
        os.ftruncate(fd, self.size_bytes)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)

    def fileno(self) -> int:
        """The descriptor, to pass on."""
        return self._file.fileno()

    def copy(self, target: memoryview, offset: int = 0) -> None:
        """Fill `target` from `offset` on; only after the child's exit, it can write until then."""
        if offset < 0 or offset + target.nbytes > self.size_bytes:
            raise ValueError(f"[{offset}, +{target.nbytes}) is outside {self.size_bytes = }")
        done = 0
        while done < target.nbytes:
            read = os.preadv(self.fileno(), [target[done:]], offset + done)
            if not read:
                raise ValueError(f"a sealed buffer ended at {offset + done} of {self.size_bytes}")
            done += read

    def close(self) -> None:
        """Give the memory back."""
        self._file.close()

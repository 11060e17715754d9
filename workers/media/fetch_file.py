"""Copy a `file:///` address below a configured root into a Source.

Copied, not opened in place: the bytes that were hashed are the bytes that are judged.
Links are followed only while they stay inside the root; anything but a regular file is refused, and
so is what lies in a folder of the worker's own (evidence, engines).
"""

import os
import stat
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from urllib.parse import unquote

from topics.errors import FetchRefused, NotFound, ServerFailure

from .source import Intake, Source
from .uri import masked

_PIECE = 1 << 20  # bytes
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not hang us


@dataclass(frozen=True)
class Files:
    """Which files uploads may be: those below `root` and not below `own`; no root, no files."""

    root: Path | None
    own: tuple[Path, ...] = ()

    def admit(self, path: Path) -> bool:
        """Whether a path without links may be read."""
        if self.root is None or not path.is_relative_to(self.root.resolve()):
            return False
        return not any(path.is_relative_to(folder.resolve()) for folder in self.own)


def fetch_file(uri: str, files: Files, intake: Intake) -> Source:
    """Blocking; run it in a thread.

    raises: FetchRefused for what `files` does not admit, NotFound, ServerFailure for a disk that
            fails, and what Intake raises
    """
    try:
        with _open(uri, files) as file:
            while piece := file.read(_PIECE):
                intake.write(piece)
        return intake.finish()
    except OSError as error:
        raise ServerFailure(f"reading {masked(uri)}: {error.strerror}") from error
    finally:
        intake.discard()


def _open(uri: str, files: Files) -> FileIO:
    if files.root is None:
        raise FetchRefused(f"no root is configured for file addresses: {masked(uri)}")
    try:
        path = _path(uri).resolve()
        if not files.admit(path):  # before the open: some devices act on it
            raise FetchRefused(f"expected an upload below the root, got {masked(uri)}")
        file = FileIO(os.open(path, _OPEN), "r")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"nothing at {masked(uri)}") from error
    except (OSError, RuntimeError) as error:
        raise FetchRefused(f"cannot open {masked(uri)}: {error}") from error
    opened = Path(os.readlink(f"/proc/self/fd/{file.fileno()}"))  # after the open: no race
    if files.admit(opened) and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise FetchRefused(f"expected a regular file below the root, got {masked(uri)}")


def _path(uri: str) -> Path:
    path = unquote(uri.partition("://")[2])
    if not path.startswith("/") or "\0" in path:
        raise FetchRefused(f"expected file:///path, got {masked(uri)!r}")
    return Path(path)

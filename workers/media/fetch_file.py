"""Copy a `file:///` address below a configured root into a Source.

Copied, not opened in place: the bytes that were hashed are the bytes that are judged.
Links are followed only while they stay inside the root; anything but a regular file is refused.
"""

import os
import stat
from io import FileIO
from pathlib import Path
from urllib.parse import unquote

from topics.errors import FetchRefused, NotFound

from .source import Intake, Source
from .uri import masked

_PIECE = 1 << 20  # bytes
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not hang us


def fetch_file(uri: str, root: Path | None, intake: Intake) -> Source:
    """Blocking; run it in a thread.

    root:   None refuses every file
    raises: FetchRefused outside of root, NotFound, and what Intake raises
    """
    try:
        with _open(uri, root) as file:
            while piece := file.read(_PIECE):
                intake.write(piece)
        return intake.finish()
    finally:
        intake.discard()


def _open(uri: str, root: Path | None) -> FileIO:
    if root is None:
        raise FetchRefused(f"no root is configured for file addresses: {masked(uri)}")
    try:
        home = root.resolve(strict=True)
        file = FileIO(os.open(_path(uri).resolve(strict=True), _OPEN), "r")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"nothing at {masked(uri)}") from error
    except (OSError, RuntimeError) as error:
        raise FetchRefused(f"cannot open {masked(uri)}: {error}") from error
    opened = Path(os.readlink(f"/proc/self/fd/{file.fileno()}"))  # after the open: no race
    if opened.is_relative_to(home) and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise FetchRefused(f"expected a regular file below the root, got {masked(uri)}")


def _path(uri: str) -> Path:
    path = unquote(uri.partition("://")[2])
    if not path.startswith("/") or "\0" in path:
        raise FetchRefused(f"expected file:///path, got {masked(uri)!r}")
    return Path(path)

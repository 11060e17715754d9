"""Turn a file with hashes into a list that is ready to be kept, with a bar on long ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from topics.errors import UsageError

from .entries import Entries, read_entries
from .index_file import Matching, pack, version_of
from .shelf import Pointer

_BAR_BYTES = 1 << 20  # a smaller file is read before anybody would look
_STEP_BYTES = 1 << 16  # a bar that moves for every line is slower than reading it


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A list's file. entries: before twins were dropped; left_out: how many and why."""

    packed: bytes
    version: str
    entries: int
    left_out: dict[str, int]

    @property
    def said(self) -> str:
        """Its size in words."""
        out = "".join(f", {count} left out ({why})" for why, count in self.left_out.items())
        return f"{self.entries} entries{out}, {len(self.packed) / 1e6:.1f} MB"

    @property
    def facts(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "version": self.version,
            "entries": self.entries,
            "left_out": self.left_out,
            "bytes": len(self.packed),
        }


def prepare(file: Path, matching: Matching) -> Ready:
    """raises: UsageError naming the file and its wrong lines."""
    with _bar(file) as bar:
        entries = _read(file, bar)
        packed = pack(entries, matching)
    return Ready(
        packed=packed,
        version=version_of(packed),
        entries=len(entries.items),
        left_out=entries.left_out,
    )


def instead_of(held: Pointer | None, ready: Ready) -> str:
    """What a list would take the place of, in words."""
    if held is None or held.version is None:
        return "a new list"
    if held.version == ready.version:
        return "as it is in force already"
    return f"in place of {held.entries} entries, version {held.version[:12]}"


def _read(file: Path, bar: Progress) -> Entries:
    task, waiting = bar.add_task(file.name, total=max(1, file.stat().st_size)), 0

    def progress(characters: int) -> None:
        nonlocal waiting
        waiting += characters
        if waiting >= _STEP_BYTES:
            bar.advance(task, waiting)
            waiting = 0

    try:
        with file.open(encoding="utf-8") as lines:
            found = read_entries(lines, str(file), progress)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 text: {error.reason}") from error
    bar.update(task, completed=file.stat().st_size, description=f"{file.name}: building the index")
    return found


@contextmanager
def _bar(file: Path) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    is_long = os.path.exists(file) and file.stat().st_size >= _BAR_BYTES
    with Progress(*columns, console=console, transient=True, disable=not is_long) as bar:
        yield bar

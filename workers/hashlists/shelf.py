"""Keep lists of known content by name in a folder or bucket: files by version, a pointer on top.

    ROOT/NAME/<sha256>.hashes    a list's file, never changed
    ROOT/NAME/current.json       which of them is in force, by whom and why; written last

A list that was removed keeps its pointer, which then names no version: so a pointer that is gone
is an accident, and told from a decision. Workers read; the commands of people write.
"""

import re
import tempfile
import uuid
from datetime import UTC, datetime
from typing import BinaryIO, cast

import fsspec
import msgspec

from topics.errors import StoreFault, UsageError

from .index_file import HashList, unpack, version_of

POINTER = "current.json"
SUFFIX = ".hashes"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_VERSION = re.compile(r"[0-9a-f]{64}")


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force under a name, since when, by whom and why. version None: it was removed."""

    version: str | None
    entries: int
    source: str
    changed_at: datetime
    changed_by: str
    why: str


class Shelf:
    """The lists below an fsspec URL, as `file:///var/lib/reelguard/lists` or `s3://b/lists`."""

    def __init__(self, url: str) -> None:
        """raises: UsageError when no file system answers to the URL."""
        try:
            self._files, self._root = fsspec.core.url_to_fs(url, auto_mkdir=True)
        except (ValueError, ImportError, OSError) as error:
            message = f"REELGUARD_HASHLISTS={url!r} cannot be opened, expected a folder"
            raise UsageError(f"{message} or an fsspec URL: {error}") from error
        self.url = url.rstrip("/")

    def pointers(self) -> dict[str, Pointer]:
        """Every name with its pointer, removed ones included. raises: StoreFault."""
        try:
            self._files.invalidate_cache()
            found = self._files.ls(self._root, detail=True)
        except OSError as error:
            raise StoreFault(f"the lists in {self.url} cannot be read: {error!r}") from error
        names = (str(one["name"]).rstrip("/").rsplit("/", 1)[-1] for one in found)
        held = {name: self._pointer(name) for name in names if _NAME.fullmatch(name)}
        return {name: pointer for name, pointer in sorted(held.items()) if pointer is not None}

    def pointers_or_none(self) -> dict[str, Pointer]:
        """The same, for people who begin: a place that is not there yet has none."""
        return self.pointers() if self._files.exists(self._root) else {}

    def held(self, name: str) -> Pointer | None:
        """The pointer of one name, if it ever had one. raises: StoreFault."""
        return self._pointer(name)

    def load(self, name: str, version: str) -> HashList:
        """A version of a list, mapped into memory. raises: StoreFault when it cannot be trusted."""
        path = self._path(name, version)
        try:
            with self._files.open(path, "rb") as source, tempfile.TemporaryFile() as into:
                return unpack(cast(BinaryIO, source), cast(BinaryIO, into), version)
        except OSError as error:
            raise StoreFault(f"{path} cannot be read: {error!r}") from error
        except StoreFault as error:
            raise StoreFault(f"{path}: {error}") from error

    def put(self, name: str, packed: bytes, pointer: Pointer) -> None:
        """Keep a list's file and point to it. raises: StoreFault."""
        version = version_of(packed)
        path = self._path(name, version)
        try:
            self._files.makedirs(f"{self._root}/{name}", exist_ok=True)
            if not self._files.exists(path):
                self._write(path, packed)
            self.point(name, pointer)
        except OSError as error:
            raise StoreFault(f"writing {path}: {error}") from error

    def point(self, name: str, pointer: Pointer) -> None:
        """Put a name's pointer into force. raises: StoreFault."""
        path = f"{self._root}/{name}/{POINTER}"
        try:
            self._write(path, msgspec.json.encode(pointer))
        except OSError as error:
            raise StoreFault(f"writing {path}: {error}") from error

    def _pointer(self, name: str) -> Pointer | None:
        path = f"{self._root}/{name}/{POINTER}"
        try:
            return msgspec.json.decode(self._files.cat_file(path), type=Pointer)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise StoreFault(f"{path} cannot be read: {error}") from error

    def _path(self, name: str, version: str) -> str:
        if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
            raise StoreFault(f"{name!r} {version!r} is no list with a version")
        return f"{self._root}/{name}/{version}{SUFFIX}"

    def _write(self, path: str, content: bytes) -> None:
        part = f"{path}.{uuid.uuid4().hex}.part"
        try:
            self._files.pipe_file(part, content)
            self._files.mv(part, path)  # the name appears with the last byte
        except OSError:
            if self._files.exists(part):
                self._files.rm_file(part)
            raise


def point_to(version: str | None, entries: int, source: str, by: str, why: str) -> Pointer:
    """A pointer as of now."""
    return Pointer(
        version=version,
        entries=entries,
        source=source,
        changed_at=datetime.now(UTC),
        changed_by=by,
        why=why,
    )


def checked_name(name: str) -> str:
    """The name of a list, if it can be one. raises: UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a list, expected up to 64 of a-z, 0-9, dot, dash and "
            "underscore, a letter or digit first"
        )
    return name

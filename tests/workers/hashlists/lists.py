"""Lists by hand, for the tests of those who keep and ask them."""

from datetime import UTC, datetime

import numpy as np

from workers.hashlists.entries import Entries
from workers.hashlists.index import Hashes
from workers.hashlists.index_file import Matching, pack, version_of
from workers.hashlists.shelf import Pointer, Shelf


def entries(hashes: Hashes, items: list[str | None] | None = None) -> Entries:
    """Entries of these hashes."""
    return Entries(hashes=hashes, items=items or [None] * len(hashes))


def put(shelf: Shelf, name: str, hashes: Hashes, items: list[str | None] | None = None) -> str:
    """Keep a list under a name; its version."""
    packed = pack(entries(hashes, items), Matching())
    shelf.put(name, packed, pointer(version_of(packed), len(hashes)))
    return version_of(packed)


def pointer(version: str | None, count: int = 0) -> Pointer:
    """A pointer to a version."""
    return Pointer(
        version=version,
        entries=count,
        source="test",
        changed_at=datetime(2026, 11, 25, tzinfo=UTC),
        changed_by="test",
        why="test",
    )


def some_hashes(count: int, seed: int = 0) -> Hashes:
    """Hashes that have nothing to do with each other."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)

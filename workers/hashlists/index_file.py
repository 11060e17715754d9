"""A list of known content as one file: the index, its items' names and how it is to be matched.

Written once, mapped into memory by every worker that asks it; its version is the sha256 of its
bytes, and the same entries in any order give the same bytes. Little-endian; a line of magic, a
header of JSON up to byte HEADER_BYTES, then arrays whose places follow from the header alone.
"""

import hashlib
import mmap
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from topics.errors import StoreFault

from .entries import Entries
from .index import CHUNKS, HASH_BYTES, VALUES, Index, build

MAGIC = b"reelguard hash list 1\n"
HEADER_BYTES = 4096
_ALIGN = 64
_OWN_HASH = 0xFFFF_FFFF  # in place of an item's number: it has no name beside its hash
_COPY_BYTES = 1 << 22


class Matching(msgspec.Struct, frozen=True, kw_only=True):
    """How a list is asked. distance: in bits; mirrored: whether frames are turned over as well."""

    distance: int = 31
    mirrored: bool = True


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    entries: int
    items: int
    text_bytes: int
    matching: Matching


class _Place(NamedTuple):
    dtype: str
    shape: tuple[int, ...]
    start: int

    @property
    def end(self) -> int:
        return self.start + int(np.prod(self.shape)) * np.dtype(self.dtype).itemsize


@dataclass(frozen=True, kw_only=True, eq=False)
class HashList:
    """A list as it is asked. version: sha256 of the file; items: the number of each row's item."""

    version: str
    matching: Matching
    index: Index
    items: NDArray[np.uint32]
    ends: NDArray[np.uint64]
    text: NDArray[np.uint8]

    def item(self, row: int) -> str:
        """What the list calls an entry; its hash, if it does not call it anything."""
        number = int(self.items[row])
        if number == _OWN_HASH:
            return bytes(self.index.hashes[row]).hex()
        start = int(self.ends[number - 1]) if number else 0
        return bytes(self.text[start : int(self.ends[number])]).decode("utf-8")


def pack(entries: Entries, matching: Matching) -> bytes:
    """The file of these entries; an entry that stands there twice is kept once."""
    names = sorted({name for name in entries.items if name is not None})
    numbers = {name: number for number, name in enumerate(names)}
    items = np.array(
        [_OWN_HASH if name is None else numbers[name] for name in entries.items], "<u4"
    )
    rows = _unique_rows(entries.hashes, items)
    index = build(entries.hashes[rows])
    texts = [name.encode("utf-8") for name in names]
    ends = np.cumsum([len(text) for text in texts], dtype=np.uint64)
    text = np.frombuffer(b"".join(texts), np.uint8)
    header = _Header(entries=len(rows), items=len(names), text_bytes=len(text), matching=matching)
    places = _places(header)
    arrays = list[NDArray[np.generic]]()
    arrays += [index.hashes, index.starts, index.rows, items[rows], ends, text]
    packed = bytearray(places[-1].end)
    start = MAGIC + msgspec.json.encode(header)
    packed[:HEADER_BYTES] = start.ljust(HEADER_BYTES)
    for place, array in zip(places, arrays, strict=True):
        packed[place.start : place.end] = array.astype(place.dtype, copy=False).tobytes()
    return bytes(packed)


def version_of(packed: bytes) -> str:
    """The version of a file with these bytes."""
    return hashlib.sha256(packed).hexdigest()


def unpack(source: BinaryIO, into: BinaryIO, version: str) -> HashList:
    """Copy a file into one that nobody else can shorten, and map that.

    raises: StoreFault when its bytes are not those of the version; OSError
    """
    digest = hashlib.sha256()
    while block := source.read(_COPY_BYTES):
        digest.update(block)
        into.write(block)
    into.flush()
    if digest.hexdigest() != version:
        raise StoreFault(f"its sha256 is {digest.hexdigest()}, expected {version}")
    return _mapped(mmap.mmap(into.fileno(), 0, access=mmap.ACCESS_READ), version)


def _mapped(content: mmap.mmap, version: str) -> HashList:
    if content[: len(MAGIC)] != MAGIC:
        raise StoreFault(f"it begins with {content[: len(MAGIC)]!r}, expected {MAGIC!r}")
    try:
        header = msgspec.json.decode(content[len(MAGIC) : HEADER_BYTES], type=_Header)
    except msgspec.DecodeError as error:
        raise StoreFault(f"its header cannot be read: {error}") from error
    places = _places(header)
    if places[-1].end != len(content):
        raise StoreFault(f"it has {len(content)} bytes, expected {places[-1].end}")
    hashes, starts, rows, items, ends, text = (
        np.frombuffer(content, place.dtype, int(np.prod(place.shape)), place.start).reshape(
            place.shape
        )
        for place in places
    )
    return HashList(
        version=version,
        matching=header.matching,
        index=Index(hashes=hashes, starts=starts, rows=rows),
        items=items,
        ends=ends,
        text=text,
    )


def _places(header: _Header) -> list[_Place]:
    """Where hashes, starts, rows, items, ends and text lie."""
    count, places, end = header.entries, list[_Place](), HEADER_BYTES
    for dtype, shape in (
        ("u1", (count, HASH_BYTES)),
        ("<u4", (CHUNKS, VALUES + 1)),
        ("<u4", (CHUNKS, count)),
        ("<u4", (count,)),
        ("<u8", (header.items,)),
        ("u1", (header.text_bytes,)),
    ):
        place = _Place(dtype, cast("tuple[int, ...]", shape), -(-end // _ALIGN) * _ALIGN)
        places.append(place)
        end = place.end
    return places


def _unique_rows(hashes: NDArray[np.uint8], items: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Rows in the order of their hash and item, each pair once."""
    words = hashes.view(">u8")
    keys = (items, *(words[:, column] for column in range(words.shape[1] - 1, -1, -1)))
    order = np.lexsort(keys)
    if not len(order):
        return order
    same = (words[order][1:] == words[order][:-1]).all(axis=1)
    same &= items[order][1:] == items[order][:-1]
    return order[np.flatnonzero(np.append(True, ~same))]

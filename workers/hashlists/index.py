"""Find all hashes of a list within a few bits of a frame's: exactly, and in far less than 5 ms.

A hash is 16 chunks of 16 bits. Two hashes that differ in at most 31 bits differ in at most one bit
of some chunk, so only entries that share such a chunk are compared (multi-index hashing). Where
these are many, as in a list of near-twins, all entries are compared instead.
Source: Norouzi, Punjani, Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing",
arXiv 1307.2982; the limit of 31 bits is the PDQ project's advice.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CHUNKS, CHUNK_BITS = 16, 16
VALUES = 1 << CHUNK_BITS  # of a chunk
DISTANCE_MAX = 2 * CHUNKS - 1  # 31
HASH_BYTES = CHUNKS * CHUNK_BITS // 8
_SCAN_SHARE = 0.1  # of the entries: comparing all in order is then as fast as picking them
_SCAN_ROWS = 1 << 14  # compared at once, so that the differences stay in the cache

Hashes = NDArray[np.uint8]  # (N, 32)

_ONE_BIT = np.array([0, *(1 << bit for bit in range(CHUNK_BITS))], np.uint16)


class Hits(NamedTuple):
    """rows: of the entries found, ascending; distances: in bits."""

    rows: NDArray[np.int64]
    distances: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Index:
    """hashes (N, 32), and for each chunk the rows ordered by its value.

    starts: (16, VALUES + 1) where in `rows` each value begins; rows: (16, N)
    """

    hashes: Hashes
    starts: NDArray[np.uint32]
    rows: NDArray[np.uint32]

    def within(self, wanted: Hashes, distance: int) -> Hits:
        """The entries at most `distance` bits, itself at most 31, from one hash (32,)."""
        near = self._candidates(wanted, distance)
        words = _words(self.hashes)
        if near is None:
            return self._scan(words, _words(wanted), distance)
        away = _distances(words[near], _words(wanted))
        rows, first = np.unique(near[away <= distance], return_index=True)
        return Hits(rows.astype(np.int64), away[away <= distance][first])

    def _candidates(self, wanted: Hashes, distance: int) -> NDArray[np.uint32] | None:
        """Rows that share a chunk, some of them several times; None: there are too many."""
        flips = _ONE_BIT if distance >= CHUNKS else _ONE_BIT[:1]
        values = wanted.view("<u2")[:, None] ^ flips  # (16, flips)
        chunk = np.arange(CHUNKS)[:, None]
        begin = self.starts[chunk, values].astype(np.int64)
        counts = (self.starts[chunk, values.astype(np.int64) + 1] - begin).ravel()
        total = int(counts.sum())
        if total > _SCAN_SHARE * len(self.hashes):
            return None
        before = np.cumsum(counts) - counts
        offsets = (begin + chunk * len(self.hashes)).ravel() - before
        places = np.repeat(offsets, counts) + np.arange(total)
        return self.rows.reshape(-1)[places]

    def _scan(self, words: NDArray[np.uint64], wanted: NDArray[np.uint64], distance: int) -> Hits:
        rows, distances = [], []
        for start in range(0, len(words), _SCAN_ROWS):
            away = _distances(words[start : start + _SCAN_ROWS], wanted)
            found = np.flatnonzero(away <= distance)
            rows.append(found + start)
            distances.append(away[found])
        nothing = np.empty(0, np.int64)
        return Hits(np.concatenate([nothing, *rows]), np.concatenate([nothing, *distances]))


def build(hashes: Hashes) -> Index:
    """An index over hashes (N, 32); 0.1 KB an entry."""
    chunks = np.ascontiguousarray(hashes).view("<u2").T  # (16, N)
    starts = np.zeros((CHUNKS, VALUES + 1), np.uint32)
    rows = np.empty(chunks.shape, np.uint32)
    for number, chunk in enumerate(chunks):
        starts[number, 1:] = np.cumsum(np.bincount(chunk, minlength=VALUES))
        rows[number] = np.argsort(chunk, kind="stable")
    return Index(hashes=np.ascontiguousarray(hashes), starts=starts, rows=rows)


def _distances(words: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    counts = np.bitwise_count(words ^ wanted)  # (N, 4)
    away: NDArray[np.int64] = counts[:, 0].astype(np.int64)
    for column in range(1, counts.shape[1]):
        away += counts[:, column]  # three times as fast as a sum along so short an axis
    return away


def _words(hashes: Hashes) -> NDArray[np.uint64]:
    return hashes.view("<u8")

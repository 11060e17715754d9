"""A list's file gives the list back, is the same for the same entries, and bears no damage."""

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest

from tests.workers.hashlists.lists import entries, some_hashes
from topics.errors import StoreFault
from workers.hashlists.index_file import MAGIC, HashList, Matching, pack, unpack, version_of


def unpacked(packed: bytes, version: str | None = None) -> HashList:
    with tempfile.TemporaryFile() as into:
        return unpack(io.BytesIO(packed), into, version or version_of(packed))


def test_what_was_packed_is_found_with_its_item() -> None:
    hashes = some_hashes(500)
    names = [None if n % 3 else f"item é {n}" for n in range(500)]
    held = unpacked(pack(entries(hashes, names), Matching(distance=20)))
    assert held.matching == Matching(distance=20, mirrored=True)
    for n in range(500):
        [row], [distance] = held.index.within(hashes[n], 20)
        assert (held.item(row), distance) == (names[n] or hashes[n].tobytes().hex(), 0)


def test_the_same_entries_in_another_order_are_the_same_version() -> None:
    hashes = some_hashes(50)
    names: list[str | None] = [f"{n % 7}" for n in range(50)]
    turned = entries(np.concatenate([hashes[::-1], hashes[:9]]), names[::-1] + names[:9])
    one = version_of(pack(entries(hashes, names), Matching()))
    assert version_of(pack(turned, Matching())) == one
    assert version_of(pack(turned, Matching(distance=30))) != one


def test_one_hash_may_belong_to_two_items() -> None:
    hashes = np.repeat(some_hashes(1), 2, axis=0)
    held = unpacked(pack(entries(hashes, ["a", "b"]), Matching()))
    hits = held.index.within(hashes[0], 0)
    assert [held.item(row) for row in hits.rows] == ["a", "b"]


def test_a_list_without_entries_matches_nothing() -> None:
    held = unpacked(pack(entries(some_hashes(0)), Matching()))
    assert not held.index.within(some_hashes(1)[0], 31).rows.size


@pytest.mark.parametrize("place", [0, 100, 5000, -1])
def test_a_changed_byte_is_seen(place: int) -> None:
    packed = bytearray(pack(entries(some_hashes(9)), Matching()))
    version = version_of(bytes(packed))
    packed[place] ^= 1
    with pytest.raises(StoreFault, match=f"expected {version}"):
        unpacked(bytes(packed), version)


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (b"something else", "expected b'reelguard hash list 1"),
        (MAGIC + b"{}".ljust(4100), "its header cannot be read"),
        (pack(entries(some_hashes(9)), Matching())[:-1], "bytes, expected"),
    ],
)
def test_a_file_that_is_no_list_is_refused(packed: bytes, said: str) -> None:
    with pytest.raises(StoreFault, match=said):
        unpacked(packed)


def test_shortening_the_file_later_hurts_nobody(tmp_path: Path) -> None:
    hashes = some_hashes(2000)
    file = tmp_path / "list"
    file.write_bytes(pack(entries(hashes), Matching()))
    with file.open("rb") as source, tempfile.TemporaryFile() as into:
        held = unpack(source, into, version_of(file.read_bytes()))
    file.write_bytes(b"")
    assert held.index.within(hashes[1999], 31).distances.tolist() == [0]

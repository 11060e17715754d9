"""Lists lie in a folder or bucket under their names, and half-written ones are never seen."""

from pathlib import Path

import pytest

from tests.workers.hashlists.lists import pointer, put, some_hashes
from topics.errors import StoreFault, UsageError
from workers.hashlists.shelf import Shelf, checked_name


@pytest.fixture(params=["file", "memory"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "file":
        return Shelf(tmp_path.as_uri())
    return Shelf(f"memory://{tmp_path}")


def test_a_list_is_found_under_its_name(shelf: Shelf) -> None:
    hashes = some_hashes(3)
    version = put(shelf, "terror", hashes, ["a", "b", "c"])
    assert {name: one.version for name, one in shelf.pointers().items()} == {"terror": version}
    held = shelf.load("terror", version)
    assert held.item(int(held.index.within(hashes[1], 31).rows[0])) == "b"


def test_a_new_version_stands_beside_the_old_one(shelf: Shelf) -> None:
    old, new = (put(shelf, "terror", some_hashes(3, seed)) for seed in (1, 2))
    assert shelf.pointers()["terror"].version == new
    assert shelf.load("terror", old).version == old


def test_a_removed_list_keeps_its_pointer(shelf: Shelf) -> None:
    put(shelf, "terror", some_hashes(3))
    shelf.point("terror", pointer(None))
    assert shelf.pointers()["terror"].version is None


def test_a_name_without_a_pointer_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "note.txt").write_text("hello")
    assert Shelf(str(tmp_path)).pointers() == {}


def test_a_place_that_is_not_there_is_a_fault_and_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="cannot be read"):
        Shelf((tmp_path / "gone").as_uri()).pointers()


def test_a_damaged_pointer_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "terror").mkdir()
    (tmp_path / "terror" / "current.json").write_text("{")
    with pytest.raises(StoreFault, match=r"terror/current\.json cannot be read"):
        Shelf(tmp_path.as_uri()).pointers()


def test_a_version_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="cannot be read"):
        Shelf(tmp_path.as_uri()).load("terror", "0" * 64)


@pytest.mark.parametrize("version", ["../../etc/passwd", "0", "A" * 64])
def test_a_version_is_no_path(tmp_path: Path, version: str) -> None:
    with pytest.raises(StoreFault, match="is no list with a version"):
        Shelf(tmp_path.as_uri()).load("terror", version)


def test_an_unknown_kind_of_place_is_a_mistake_of_whoever_named_it() -> None:
    with pytest.raises(UsageError, match="REELGUARD_HASHLISTS='nope://x' cannot be opened"):
        Shelf("nope://x")


@pytest.mark.parametrize("name", ["", "Terror", "a/b", "..", "-x", "a" * 65])
def test_names_of_lists_are_plain(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a list"):
        checked_name(name)

"""A worker holds what is in force, follows changes, and knows what it cannot have."""

import shutil
from pathlib import Path

import pytest

from tests.workers.hashlists.lists import pointer, put, some_hashes
from workers.hashlists.held import HeldLists
from workers.hashlists.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path.as_uri())


@pytest.fixture
def lists(shelf: Shelf) -> HeldLists:
    return HeldLists(shelf.url)


async def test_without_a_place_there_are_no_lists_and_nothing_is_missed() -> None:
    lists = HeldLists("")
    await lists.look()
    assert lists.snapshot().complete
    assert lists.snapshot().versions == {}


async def test_before_the_first_look_something_is_missed(lists: HeldLists) -> None:
    assert not lists.snapshot().complete
    await lists.look()
    assert lists.snapshot().complete


async def test_a_new_version_takes_over_and_uploads_keep_the_old_one(
    shelf: Shelf, lists: HeldLists
) -> None:
    old = put(shelf, "terror", some_hashes(3, 1))
    await lists.look()
    before = lists.snapshot()
    new = put(shelf, "terror", some_hashes(3, 2))
    await lists.look()
    assert (before.versions, lists.snapshot().versions) == ({"terror": old}, {"terror": new})
    assert before.lists["terror"].index.within(some_hashes(3, 1)[0], 0).rows.size


async def test_a_removed_list_is_let_go(shelf: Shelf, lists: HeldLists) -> None:
    put(shelf, "terror", some_hashes(3))
    await lists.look()
    shelf.point("terror", pointer(None))
    await lists.look()
    assert (lists.snapshot().versions, lists.snapshot().complete) == ({}, True)


async def test_a_list_that_cannot_be_read_is_missed_and_told(
    shelf: Shelf, lists: HeldLists, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = put(shelf, "terror", some_hashes(3, 1))
    await lists.look()
    shelf.point("terror", pointer("0" * 64))
    await lists.look()
    await lists.look()
    assert lists.snapshot().versions == {"terror": old}
    assert not lists.snapshot().complete
    [problem] = lists.problems()
    assert "hash list terror" in problem and "cannot be read" in problem
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        problem
    ]


async def test_a_damaged_list_is_no_empty_list(
    shelf: Shelf, lists: HeldLists, tmp_path: Path
) -> None:
    version = put(shelf, "terror", some_hashes(3))
    file = tmp_path / "terror" / f"{version}.hashes"
    file.write_bytes(file.read_bytes()[:-1])
    await lists.look()
    assert not lists.snapshot().complete
    assert "its sha256 is" in lists.problems()[0]
    put(shelf, "terror", some_hashes(4))
    await lists.look()
    assert (lists.snapshot().complete, lists.problems()) == (True, ())


async def test_a_list_that_vanished_is_missed(
    shelf: Shelf, lists: HeldLists, tmp_path: Path
) -> None:
    put(shelf, "terror", some_hashes(3))
    put(shelf, "abuse", some_hashes(3))
    await lists.look()
    shutil.rmtree(tmp_path / "terror")
    await lists.look()
    assert not lists.snapshot().complete
    assert sorted(lists.snapshot().versions) == ["abuse", "terror"]
    assert "nobody removed it" in lists.problems()[0]


async def test_a_store_that_is_away_for_a_while_is_borne(
    shelf: Shelf, lists: HeldLists, tmp_path: Path
) -> None:
    put(shelf, "terror", some_hashes(3))
    await lists.look()
    shutil.rmtree(tmp_path)
    await lists.look()
    assert lists.snapshot().complete
    assert "cannot be read" in lists.problems()[0]
    lists.look_seconds = 0.0
    assert not lists.snapshot().complete

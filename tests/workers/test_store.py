"""Files are named after their content, appear whole or not at all, and refusals are faults."""

import asyncio
import hashlib
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from topics.errors import StoreFault
from workers.store import Store

SHA = hashlib.sha256(b"frame").hexdigest()


def files(folder: Path) -> list[str]:
    """Paths of all files below a folder, from there."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


async def test_content_is_kept_under_its_own_sha256(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())

    uri = await store.put("evidence", b"frame", ".jpg")

    assert uri == f"{tmp_path.as_uri()}/evidence/{SHA[:2]}/{SHA}.jpg"
    assert store.address("evidence", b"frame", ".jpg") == (SHA, uri)
    assert Path(uri.removeprefix("file://")).read_bytes() == b"frame"


async def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    uri = await store.put("evidence", b"frame", ".jpg")
    before = os.stat(uri.removeprefix("file://")).st_mtime_ns

    assert await store.put("evidence", b"frame", ".jpg") == uri
    assert os.stat(uri.removeprefix("file://")).st_mtime_ns == before


async def test_many_who_write_one_content_at_once_leave_one_file(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())

    await asyncio.gather(*(store.put("evidence", b"frame", ".jpg") for _ in range(32)))

    assert files(tmp_path) == [f"evidence/{SHA[:2]}/{SHA}.jpg"]


async def test_a_slash_at_the_end_of_the_url_is_no_part_of_it(tmp_path: Path) -> None:
    uri = await Store(tmp_path.as_uri() + "/").put("scores", b"", ".parquet")

    assert "//scores" not in uri
    assert len(files(tmp_path)) == 1


async def test_any_fsspec_address_will_do() -> None:
    store = Store("memory://reelguard-test-store")

    uri = await store.put("evidence", b"frame", ".jpg")

    assert uri == f"memory://reelguard-test-store/evidence/{SHA[:2]}/{SHA}.jpg"


async def test_a_file_in_the_way_is_a_fault_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("in the way")

    with pytest.raises(StoreFault, match=r"writing file:///.*/evidence/"):
        await Store(tmp_path.as_uri()).put("evidence", b"frame", ".jpg")


async def test_a_place_where_nobody_may_write_is_a_fault_of_the_store() -> None:
    with pytest.raises(StoreFault, match="writing file:///proc/reelguard"):
        await Store("file:///proc/reelguard").put("evidence", b"frame", ".jpg")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond 1000 bytes; pytest's own output may be one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_write_that_fails_leaves_no_part(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(StoreFault, match="File too large"):
        await Store(tmp_path.as_uri()).put("evidence", b"x" * 4000, ".jpg")

    assert files(tmp_path) == []


def test_an_unknown_kind_of_address_is_refused_at_the_start() -> None:
    with pytest.raises(StoreFault, match=r"the store 'nowhere://x' cannot be opened, expected"):
        Store("nowhere://x")


def test_a_probe_leaves_nothing(tmp_path: Path) -> None:
    Store((tmp_path / "new").as_uri()).probe()

    assert files(tmp_path) == []


def test_a_probe_of_a_refusing_store_says_so() -> None:
    with pytest.raises(StoreFault, match="writing under file:///proc/reelguard"):
        Store("file:///proc/reelguard").probe()

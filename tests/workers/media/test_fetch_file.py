"""File uploads come from below the root and from nowhere else."""

import os
from pathlib import Path

import pytest

from topics.errors import FetchRefused, NotFound, TooLarge
from workers.media.fetch_file import Files, fetch_file
from workers.media.source import Intake


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"not for us")
    root = tmp_path / "uploads"
    (root / "in").mkdir(parents=True)
    (root / "in" / "a clip.mp4").write_bytes(b"bytes")
    return root


def fetched(uri: str, root: Path | None, *own: Path) -> bytes:
    with fetch_file(uri, Files(root, own), Intake(100)).file as file:
        return file.read()


def test_a_file_below_the_root_is_read(root: Path) -> None:
    assert fetched((root / "in" / "a clip.mp4").as_uri(), root) == b"bytes"


def test_a_link_that_stays_inside_is_followed(root: Path) -> None:
    (root / "link").symlink_to("in/a clip.mp4")
    assert fetched((root / "link").as_uri(), root) == b"bytes"


def test_a_link_out_of_the_root_is_refused(root: Path) -> None:
    (root / "link").symlink_to("../secret")
    with pytest.raises(FetchRefused):
        fetched(f"file://{root}/link", root)


@pytest.mark.parametrize("path", ["../secret", "%2e%2e/secret", "in/../../secret", ".", "in"])
def test_ways_out_and_folders_are_refused(root: Path, path: str) -> None:
    with pytest.raises(FetchRefused):
        fetched(f"file://{root}/{path}", root)


@pytest.mark.parametrize("uri", ["file://host/v.mp4", "file://%00/", "file://v.mp4"])
def test_only_absolute_paths_are_addresses(root: Path, uri: str) -> None:
    with pytest.raises(FetchRefused):
        fetched(uri, root)


def test_without_a_root_there_are_no_files(root: Path) -> None:
    with pytest.raises(FetchRefused):
        fetched((root / "in" / "a clip.mp4").as_uri(), None)


def test_a_folder_of_the_workers_own_is_refused(root: Path) -> None:
    (root / "store").mkdir()
    (root / "store" / "frame.jpg").write_bytes(b"evidence")
    (root / "link").symlink_to("store/frame.jpg")
    assert fetched(f"file://{root}/store/frame.jpg", root) == b"evidence"
    for path in ("store/frame.jpg", "in/../store/frame.jpg", "link"):
        with pytest.raises(FetchRefused):
            fetched(f"file://{root}/{path}", root, root / "store", Path("/nowhere"))


def test_what_lies_outside_is_not_told_apart_from_what_is_not_there(root: Path) -> None:
    for path in ("secret", "nothing", "secret/nothing"):
        with pytest.raises(FetchRefused):
            fetched(f"file://{root.parent}/{path}", root)


def test_a_root_may_be_a_link_itself(root: Path) -> None:
    (root.parent / "alias").symlink_to(root)
    assert fetched(f"file://{root.parent}/alias/in/a%20clip.mp4", root.parent / "alias") == b"bytes"


def test_a_loop_of_links_is_refused(root: Path) -> None:
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    with pytest.raises(FetchRefused):
        fetched(f"file://{root}/a", root)


def test_a_pipe_is_refused_and_does_not_hang(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(FetchRefused):
        fetched((root / "pipe").as_uri(), root)


def test_a_missing_file_is_not_found(root: Path) -> None:
    with pytest.raises(NotFound):
        fetched((root / "nothing").as_uri(), root)


def test_a_large_file_is_refused(root: Path) -> None:
    (root / "large").write_bytes(bytes(101))
    with pytest.raises(TooLarge):
        fetched((root / "large").as_uri(), root)

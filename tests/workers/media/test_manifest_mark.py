"""The mark of a manifest is found where writers put it, and nothing else is taken for one."""

import os
from pathlib import Path

import pytest

from tests.workers.media import clips, signed
from workers.media.manifest_mark import END_BYTES, MARK, may_carry_manifest


def found(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return may_carry_manifest(descriptor)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("suffix", [".mp4", ".avi"])
def test_a_signed_video_is_worth_a_look(tmp_path: Path, suffix: str) -> None:
    assert found(signed.video(tmp_path / f"v{suffix}"))


def test_a_video_like_most_is_not(tmp_path: Path) -> None:
    assert not found(clips.video(tmp_path / "v.mp4"))


@pytest.mark.parametrize(
    ("place", "is_found"),
    [
        (0, True),
        ((1 << 20) - 7, True),  # across two pieces
        (END_BYTES, False),  # in the middle
        (3 * END_BYTES - len(MARK), True),
    ],
)
def test_both_ends_are_searched(tmp_path: Path, place: int, is_found: bool) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(3 * END_BYTES)
        file.seek(place)
        file.write(MARK)

    assert found(path) is is_found

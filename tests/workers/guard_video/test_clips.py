"""A video is made once, with its truth beside it, and can be judged by a worker's own means."""

from itertools import pairwise
from pathlib import Path

import av
import msgspec
import pytest

from engines.scenes.layout import arrange
from workers.guard_video import clips
from workers.guard_video.clips import Truth, make_one
from workers.guard_video.film import RATE, encode
from workers.guard_video.script import Script, Take, Violation, corners


def short(split: str, number: int, *, violating: bool) -> Script:
    """Six seconds, of which three hold a gun, before a moving and a standing camera."""
    flag, gun = (arrange("street", (name,), number) for name in ("flag", "gun"))
    takes = (Take(flag, 0.0, 3.0, 7, corners(flag)), Take(gun, 3.0, 6.0, 0, corners(gun)))
    return Script(f"{split}-{number}", takes, Violation("weapons", 3.0, 6.0, appears=False))


def test_a_film_has_all_its_seconds_and_moves_where_its_camera_does(tmp_path: Path) -> None:
    encode(short("fit", 0, violating=True), tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as film:
        frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
    assert len(frames) == 6 * RATE and frames[0].shape == (384, 384)
    apart = [abs(a.astype(int) - b).mean() for a, b in pairwise(frames)]
    assert min(apart[1 : 3 * RATE - 1]) > 2 * max(apart[3 * RATE + 1 :])


def test_a_video_is_made_once_and_again_when_its_script_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "write_script", short)
    made = make_one(tmp_path, "fit", 0)
    first = made.path.stat().st_mtime_ns
    assert make_one(tmp_path, "fit", 0).path.stat().st_mtime_ns == first
    beside = msgspec.json.decode(made.path.with_suffix(".json").read_bytes(), type=Truth)
    assert beside == made.truth and beside.violation is not None
    monkeypatch.setattr(clips, "RATE", 5)
    assert make_one(tmp_path, "fit", 0).path.stat().st_mtime_ns > first

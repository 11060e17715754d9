"""The new file shows the same frames in the same order, at a constant rate from 0 on."""

import io
import os
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.workers.media import clips
from workers.media.film import open_film
from workers.media.remux import remux

ROOM = 1 << 20
UNEVEN = [3 + i**2 / 100 for i in range(24)]  # starts at 3 s, slower and slower


def rewritten(path: Path, wanted: list[int]) -> tuple[bytes, NDArray[np.int64]]:
    """The new file, and where the wanted frames are in it."""
    room = memoryview(bytearray(ROOM))
    source = os.open(path, os.O_RDONLY)
    try:
        film = open_film(source)
        done = remux(film, film.pts[wanted], room)
    finally:
        os.close(source)
    return bytes(room[: done.size_bytes]), done.numbers


def shown(file: bytes, numbers: NDArray[np.int64]) -> list[int]:
    with av.open(io.BytesIO(file), "r") as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return clips.numbers(np.stack(frames)[numbers].astype(np.uint8))


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("libx264", "v.mp4"),  # B-frames
        ("libx264", "v.ts"),  # start codes, no head
        ("libx265", "v.mp4"),
        ("libsvtav1", "v.mp4"),
        ("libvpx-vp9", "v.webm"),
        ("libvpx", "v.webm"),
        ("mjpeg", "v.avi"),
    ],
)
def test_frames_keep_their_order_in_every_codec(tmp_path: Path, codec: str, name: str) -> None:
    path = clips.video(tmp_path / name, codec=codec)

    assert shown(*rewritten(path, [0, 1, 5, 17, 23])) == [0, 1, 5, 17, 23]


def test_whatever_the_times_were_the_new_file_is_even_and_starts_at_0(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mp4", UNEVEN, sound_seconds=1.0)

    file, numbers = rewritten(path, [0, 9, 23])

    with av.open(io.BytesIO(file), "r") as container:
        times = [frame.time for frame in container.decode(video=0)]
        assert len(container.streams) == 1
    assert times == pytest.approx(np.arange(24) / 25)
    assert shown(file, numbers) == [0, 9, 23]


def test_groups_that_nobody_wants_are_left_out_at_both_ends(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.avi", codec="mjpeg")  # each frame is a group

    file, numbers = rewritten(path, [10, 12])

    with av.open(io.BytesIO(file), "r") as container:
        assert len(list(container.decode(video=0))) == 3
    assert shown(file, numbers) == [10, 12]


def test_a_file_that_does_not_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.workers.media.test_remux.ROOM", 2000)

    with pytest.raises((av.FFmpegError, OSError)):
        rewritten(clips.video(tmp_path / "v.avi", codec="mjpeg"), [0, 23])

"""Decoding what is needed gives the same pixels as decoding everything."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.workers.media import clips
from workers.media.container import open_container, picture
from workers.media.decode import Decoder
from workers.media.index import read_index

LONG = [i / 24 for i in range(120)]


def moving() -> list[clips.Pixels]:
    """Noise that drifts, so that frames depend on each other."""
    wall = np.random.default_rng(0).integers(0, 255, (48, 200, 3), dtype=np.uint8)
    return [np.ascontiguousarray(wall[:, i : i + 64]) for i in range(len(LONG))]


def decoded(path: Path, every: int, *, thorough: bool) -> dict[int, NDArray[np.uint8]]:
    with open(path, "rb") as file:
        with open_container(file.fileno()) as container:
            track = read_index(container, picture(container), None).picture
        assert track is not None
        wanted = track.times[::every]
        with open_container(file.fileno()) as container:
            stream = picture(container)
            assert stream is not None
            decoder = Decoder(container, stream)
            frames = decoder.frames(track, wanted, thorough=thorough)
            return {
                frame.pts or 0: np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                for frame in frames
            }


@pytest.mark.parametrize("every", [1, 7, 24, 50])
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("v.mp4", "libx264"),  # B frames, references among them
        ("v.mkv", "libx265"),  # open groups: leading pictures
        ("v.webm", "libvpx-vp9"),  # hidden frames
        ("v.avi", "mpeg4"),
        ("v.ts", "mpeg2video"),
    ],
)
def test_selected_frames_equal_fully_decoded_ones(
    tmp_path: Path, name: str, codec: str, every: int
) -> None:
    path = clips.video(tmp_path / name, LONG, codec=codec, pictures=moving())
    some = decoded(path, every, thorough=False)
    everything = decoded(path, every, thorough=True)
    assert list(some) == list(everything)
    assert all((some[pts] == everything[pts]).all() for pts in some)


def test_damage_costs_the_damaged_frames_only(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.ts", LONG, codec="mpeg2video", pictures=moving())
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 2000] = bytes(2000)
    path.write_bytes(damaged)
    assert 100 <= len(decoded(path, 1, thorough=False)) <= 120

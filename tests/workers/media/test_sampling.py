"""Steps at their times, cuts between them, twins in one square, key frames where asked for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.workers.media import clips
from workers.media.answers import Sample, Sampled
from workers.media.film import Film, open_film
from workers.media.sampling import choose, sample

SIDE, FRAMES_MAX = 32, 60
Pixels = NDArray[np.uint8]
RATE = 10


def scenes(count: int, size: tuple[int, int] = (96, 128)) -> list[Pixels]:
    """Pictures that have nothing in common."""
    rng = np.random.default_rng(3)
    walls = rng.integers(0, 255, (count, size[0] // 16, size[1] // 16, 3), dtype=np.uint8)
    return list(walls.repeat(16, 1).repeat(16, 2))


def film_of(path: Path, shown: Sequence[int], codec: str = "libx264") -> Path:
    """Ten frames a second: which scene each of them shows."""
    pictures = scenes(max(shown) + 1)
    times = [number / RATE for number in range(len(shown))]
    return clips.video(path, times, codec=codec, pictures=[pictures[number] for number in shown])


@contextmanager
def opened(path: Path) -> Iterator[Film]:
    with open(path, "rb") as file:
        yield open_film(file.fileno())


def request(**fields: object) -> Sample:
    given = {"side": SIDE, "step_seconds": 1.0, "frames_max": FRAMES_MAX} | fields
    return Sample(**given)  # type: ignore[arg-type]


def sampled(path: Path, **fields: object) -> tuple[Sampled, Pixels]:
    """The answer and its squares."""
    buffer = bytearray(FRAMES_MAX * SIDE * SIDE * 3)
    with opened(path) as film:
        answer = sample(film, request(**fields), memoryview(buffer), "pyav 1")
    assert isinstance(answer, Sampled)
    squares = np.frombuffer(buffer, np.uint8).reshape(-1, SIDE, SIDE, 3)
    return answer, squares[: max(frame.square for frame in answer.frames) + 1]


def shows(square: Pixels) -> int:
    """Which scene a square shows."""
    small = [scene[8:90:16, 8:128:16].astype(int) for scene in scenes(8)]
    inner = square[4:28].astype(int)[2::4, 2::4]  # 24 of 32 px in height
    return int(np.argmin([np.abs(inner - scene).mean() for scene in small]))


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_a_flash_between_two_steps_is_seen(tmp_path: Path, codec: str) -> None:
    shown = [0] * 25 + [1] + [0] * 34
    answer, squares = sampled(film_of(tmp_path / "v.mp4", shown, codec), cuts_max=10)
    cuts = [frame for frame in answer.frames if frame.is_cut]
    assert [(cut.pts_seconds, shows(squares[cut.square])) for cut in cuts] == [(2.5, 1)]
    assert (len(answer.frames), answer.frames_expected) == (7, 7)


def test_a_scene_that_the_next_step_shows_needs_no_frame_more(tmp_path: Path) -> None:
    answer, _ = sampled(film_of(tmp_path / "v.mp4", [0] * 25 + [1] * 35), cuts_max=10)
    assert [frame.pts_seconds for frame in answer.frames] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def test_cuts_are_off_where_there_is_no_room_for_them(tmp_path: Path) -> None:
    answer, _ = sampled(film_of(tmp_path / "v.mp4", [0] * 25 + [1] + [0] * 34), cuts_max=0)
    assert not any(frame.is_cut for frame in answer.frames)


def test_steps_leave_room_for_cuts_and_all_together_are_no_more_than_asked_for(
    tmp_path: Path,
) -> None:
    shown = [number // 7 % 8 for number in range(700)]  # a cut every 0.7 s
    answer, _ = sampled(film_of(tmp_path / "v.mp4", shown), frames_max=30, cuts_max=5)
    assert answer.step_seconds == pytest.approx(69.9 / 25, rel=0.02)
    assert sum(not frame.is_cut for frame in answer.frames) == 25
    assert 1 <= sum(frame.is_cut for frame in answer.frames) <= 5


def test_frames_that_show_the_same_share_a_square(tmp_path: Path) -> None:
    shown = [0] * 30 + [1] * 20 + [0] * 10
    answer, squares = sampled(film_of(tmp_path / "v.mp4", shown), duplicate_distance=31)
    assert [frame.square for frame in answer.frames] == [0, 0, 0, 1, 1, 2]
    assert [shows(square) for square in squares] == [0, 1, 0]
    assert all(frame.distance <= 31 for frame in answer.frames)


def test_without_duplicates_each_frame_has_its_square(tmp_path: Path) -> None:
    answer, squares = sampled(film_of(tmp_path / "v.mp4", [0] * 30))
    assert [frame.square for frame in answer.frames] == [0, 1, 2]
    assert [shows(square) for square in squares] == [0, 0, 0]


def test_every_frame_has_its_hash(tmp_path: Path) -> None:
    answer, _ = sampled(film_of(tmp_path / "v.mp4", [0] * 15 + [1] * 15))
    hashes = [frame.pdq for frame in answer.frames]
    assert hashes[0] is not None
    assert hashes[1] != hashes[2]
    assert all(frame.quality > 50 for frame in answer.frames)


def test_key_frames_alone_are_the_nearest_to_the_steps(tmp_path: Path) -> None:
    path = film_of(tmp_path / "v.mp4", [0] * 60)  # a key frame every 12 frames
    answer, _ = sampled(path, keyframes=True)
    assert [frame.pts_seconds for frame in answer.frames] == pytest.approx([0, 1.2, 2.4, 3.6, 4.8])
    assert answer.step_seconds == pytest.approx(5.9 / 5)


def test_key_frames_are_decoded_alone(tmp_path: Path) -> None:
    path = film_of(tmp_path / "v.mp4", [number // 7 % 8 for number in range(120)])
    with opened(path) as film:
        steps = choose(film, request(keyframes=True)).steps
        assert film.index.picture is not None
        keys = np.array(film.index.picture.pts)[np.array(film.index.picture.keys, bool)]
    assert set(film.pts[steps].tolist()) <= set(keys.tolist())


def test_a_video_of_one_frame_is_one_step(tmp_path: Path) -> None:
    answer, _ = sampled(film_of(tmp_path / "v.mp4", [0]), cuts_max=10, duplicate_distance=31)
    assert [frame.pts_seconds for frame in answer.frames] == [0.0]


def test_room_for_one_frame_is_enough(tmp_path: Path) -> None:
    answer, _ = sampled(film_of(tmp_path / "v.mp4", [0] * 60), frames_max=1)
    assert len(answer.frames) == 1

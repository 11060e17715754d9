"""Films are real video files: their length, shape, rate and sound are what was asked for."""

from itertools import pairwise
from pathlib import Path

import av
import pytest

from engines.scenes.layout import arrange
from workers.demo.film import Film, Shot, encode

TALL = (9, 16)


def shot(seconds: float = 1.0, aspect: tuple[int, int] = (1, 1)) -> Shot:
    return Shot(arrange("street", ("flag",), 1, aspect), seconds)


def times(path: Path) -> list[float]:
    """When each frame is shown."""
    with av.open(str(path)) as container:
        return [float(frame.time or 0.0) for frame in container.decode(video=0)]


def test_a_film_is_as_long_as_its_shots_together(tmp_path: Path) -> None:
    film = Film(shots=(shot(0.4), shot(0.6)))

    encode(film, tmp_path / "film.mp4")

    shown = times(tmp_path / "film.mp4")
    assert film.seconds == 1.0
    assert (len(shown), shown[0], shown[-1]) == (25, 0.0, 0.96)


def test_several_rates_take_turns_each_half_second(tmp_path: Path) -> None:
    encode(Film(shots=(shot(1.5),), rates=(30, 10, 24)), tmp_path / "film.mp4")

    shown = times(tmp_path / "film.mp4")
    gaps = [round(after - before, 2) for before, after in pairwise(shown)]
    assert list(dict.fromkeys(gaps)) == [0.03, 0.1, 0.04]


@pytest.mark.parametrize(("silent", "kinds"), [(False, ["video", "audio"]), (True, ["video"])])
def test_a_tone_sounds_unless_it_is_silent(silent: bool, kinds: list[str], tmp_path: Path) -> None:
    encode(Film(shots=(shot(0.2),), silent=silent), tmp_path / "film.mp4")

    with av.open(str(tmp_path / "film.mp4")) as container:
        assert [stream.type for stream in container.streams] == kinds


def test_a_vertical_scene_is_a_vertical_film(tmp_path: Path) -> None:
    encode(Film(shots=(shot(0.2, TALL),)), tmp_path / "film.mp4")

    with av.open(str(tmp_path / "film.mp4")) as container:
        width, height = container.streams.video[0].width, container.streams.video[0].height
    assert (width, height) == (216, 384)

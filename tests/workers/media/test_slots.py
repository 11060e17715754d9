"""Frames are chosen by time: the first at or after each slot, each once, never too many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.media.slots import fitting, inside, nearest, regular

TIMES = np.array([0.0, 0.1, 0.9, 1.4, 1.5, 4.2, 4.3, 5.0])


def test_the_first_frame_at_or_after_each_second() -> None:
    assert regular(TIMES, 1.0).tolist() == [0, 3, 5, 7]


def test_slots_start_with_the_first_frame() -> None:
    assert regular(TIMES + 0.7, 1.0).tolist() == [0, 3, 5, 7]


def test_no_frames_give_no_places() -> None:
    assert regular(np.empty(0), 1.0).tolist() == []


def test_a_short_video_keeps_its_step() -> None:
    assert fitting(np.arange(3000) / 25, 1.0, 240) == 1.0


def test_a_long_video_is_sampled_more_widely() -> None:
    assert fitting(np.arange(60_000) / 25, 1.0, 240) == pytest.approx(10.0)


def test_a_late_frame_does_not_thin_out_what_comes_before() -> None:
    times = np.append(np.arange(1500) / 25, 40_000.0)
    assert fitting(times, 1.0, 240) == 1.0
    assert regular(times, 1.0).tolist() == [*range(0, 1500, 25), 1500]


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([(0.9, 1.5)], [2, 3, 4]),  # both ends included
        ([(0.0, 0.1), (4.2, 4.3)], [0, 1, 5, 6]),
        ([(2.0, 4.0)], []),  # no frame inside
        ([(1.0, 0.0)], []),  # turned round
        ([], []),
    ],
)
def test_frames_inside_windows(windows: list[tuple[float, float]], expected: list[int]) -> None:
    assert inside(TIMES, windows, 0.1, 100).tolist() == expected


def test_many_windows_do_not_give_too_many_frames() -> None:
    times = np.arange(10_000) / 30
    windows = [(float(start), start + 9.0) for start in range(0, 300, 10)]
    assert 60 <= inside(times, windows, 0.01, 100).size <= 100


def test_the_nearest_frame_before_or_after() -> None:
    assert nearest(TIMES, [0.06, 1.0, 9.0, -1.0]).tolist() == [1, 2, 7, 0]


def test_one_frame_is_nearest_to_everything() -> None:
    assert nearest(np.array([3.0]), [0.0, 7.0]).tolist() == [0, 0]


@given(
    st.lists(st.floats(0, 1e4), min_size=1, max_size=60, unique=True),
    st.floats(0.04, 60),
    st.integers(1, 50),
)
def test_places_ascend_and_are_few(times: list[float], step: float, most: int) -> None:
    moments = np.array(sorted(times))
    places = regular(moments, fitting(moments, step, most))
    assert places[0] == 0
    assert places.size <= most
    assert (np.diff(places) > 0).all()

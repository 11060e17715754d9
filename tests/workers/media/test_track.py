"""Times are true where a file's clock is, and are mended where it is not."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.workers.media import clips, second_opinion
from tests.workers.media.test_index import indexed
from workers.media.film import open_film
from workers.media.track import Track

GREYS = [clips.grey(number) for number in range(24)]
DAY = 86_400


def track(*packets: tuple[int | None, int | None, int]) -> Track:
    """A picture of packets of (pts, dts, duration) in milliseconds, finished."""
    made = Track(0.001, 0.0)
    for pts, dts, duration in packets:
        packet = av.Packet(b"packet")
        packet.pts, packet.dts, packet.duration = pts, dts, duration
        packet.time_base = Fraction(1, 1000)
        made.add(packet)
    made.finish()
    made.order(reordered=False)
    return made


def test_pts_stand_as_they_are() -> None:
    found = track((0, 0, 40), (120, 40, 40), (40, 80, 40), (80, 120, 40))
    assert (found.times.tolist(), found.end, found.by_order) == ([0, 40, 80, 120], 160, False)
    assert not found.jumped


def test_a_pause_of_minutes_is_true() -> None:
    assert track((0, 0, 40), (600_000, 600_000, 40)).times.tolist() == [0, 600_000]


def test_a_clock_that_starts_anew_goes_on() -> None:
    once = [(number * 40, number * 40, 40) for number in range(5)]
    found = track(*once, *once)
    assert (found.times.tolist(), found.end) == ([number * 40 for number in range(10)], 400)
    assert (found.jumped, found.by_order) == (True, False)


def test_one_wild_time_costs_nothing() -> None:
    wild = 365 * DAY * 1000
    found = track((0, 0, 40), (wild, wild, 40), (80, 80, 40), (120, 120, 40))
    assert (found.times.tolist(), found.end) == ([0, 40, 80, 120], 160)


def test_a_pts_far_from_its_dts_is_damage() -> None:
    assert track((0, 0, 40), (-(1 << 50), 40, 40), (80, 80, 40)).times.tolist() == [0, 40, 80]


def test_a_small_step_back_is_no_new_start() -> None:
    found = track((0, 0, 40), (40, 40, 40), (30, 30, 40), (80, 80, 40))
    assert (found.times.tolist(), found.jumped) == ([0, 30, 40, 80], False)


@pytest.mark.parametrize(
    "pts",
    [
        [None] * 5,  # raw streams
        [7] * 5,  # all at once
        [0, 0, 0, 40, 40],  # more than a tenth share a time
    ],
)
def test_frames_without_times_of_their_own_follow_each_other(pts: list[int | None]) -> None:
    found = track(*[(one, None, 40) for one in pts])
    start = pts[0] or 0
    assert found.times.tolist() == [start + 40 * number for number in range(5)]
    assert (found.by_order, found.end) == (True, start + 200)


def test_frames_that_nobody_could_tell_apart_are_spread() -> None:
    made = Track(1e-6, 0.0)
    for number in range(100):
        packet = av.Packet(b"packet")
        packet.pts = packet.dts = number
        made.add(packet)
    made.finish()
    made.order(reordered=False)
    assert made.times[-1] * made.unit_seconds == pytest.approx(99 * 0.04)


def test_a_frame_that_nobody_shows_counts_for_nothing() -> None:
    assert track().times.size == 0


def test_durations_that_are_missing_are_as_long_as_the_others() -> None:
    assert track((0, 0, 0), (40, 40, 0), (80, 80, 0)).end == 120


def frames_in_order(path: Path) -> list[int]:
    """Which greys are decoded, and they must come at even distances."""
    shown: list[clips.Pixels] = []
    with open(path, "rb") as file:
        film = open_film(file.fileno())
        times, errors = film.decode(
            np.arange(film.times.size),
            lambda _number, frame, _painter: shown.append(
                np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            ),
        )
    assert errors == 0
    assert np.diff(times).tolist() == pytest.approx([1 / 25] * (len(times) - 1), abs=0.0011)
    return clips.numbers(np.stack(shown))


@pytest.mark.parametrize("name", ["b.avi", "b.h264"])
def test_reordered_frames_without_pts_come_in_their_order(tmp_path: Path, name: str) -> None:
    path = second_opinion.encode(tmp_path / name, GREYS, "-c:v", "libx264", "-bf", "3")
    assert frames_in_order(path) == list(range(24))


def test_recordings_behind_each_other_are_shown_one_after_the_other(tmp_path: Path) -> None:
    options = ("-c:v", "mpeg2video", "-bf", "0")
    first = second_opinion.encode(tmp_path / "a.ts", GREYS[:12], *options)
    then = second_opinion.encode(tmp_path / "b.ts", GREYS[12:], *options)
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + then.read_bytes())
    assert frames_in_order(both) == list(range(24))
    assert indexed(both).picture.jumped  # type: ignore[union-attr]

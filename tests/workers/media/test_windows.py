"""Windows lie where a face speaks, over the whole video, and are the same every time."""

import numpy as np
import pytest

from engines.presence.shape import Face
from engines.presence.tracks import Track, tracks
from workers.media.windows import (
    CANDIDATES_MAX,
    WINDOW_SECONDS,
    WINDOWS_MAX,
    Candidate,
    Choice,
    Hops,
    Window,
    candidates,
    choose,
    measured,
    square_around,
)

SILENCE, SPEECH = np.zeros(125, np.float32), np.ones(125, np.float32)


def face(left: float = 0.4) -> Face:
    return Face(left, 0.4, left + 0.1, 0.5, 0.9)


def seen(times: "list[float] | range", faces: "set[float] | range") -> list[Track]:
    return tracks(list(times), [[face()] if time in faces else [] for time in times])


def starts(found: "list[Candidate] | tuple[Window, ...]") -> list[float]:
    return [one.start_seconds for one in found]


def choice(found: list[Candidate], speech: list[Hops], duration_seconds: float) -> Choice:
    windows = [measured(*one) for one in zip(found, speech, strict=True)]
    return choose(windows, duration_seconds)


def test_candidates_with_a_face_come_before_others() -> None:
    found = candidates(seen(range(60), range(20, 29)), range(60), 60.0)
    with_face = [one for one in found if one.region]
    assert starts(with_face) == [20.0, 24.0]
    assert len(found) <= CANDIDATES_MAX


def test_no_candidate_lies_over_another_or_beyond_the_end() -> None:
    found = candidates(seen(range(60), range(60)), range(60), 59.2)
    assert (np.diff(starts(found)) >= WINDOW_SECONDS - 1e-6).all()
    assert starts(found)[0] >= 0
    assert starts(found)[-1] <= 55.2


def test_candidates_of_a_long_video_are_spread_over_it() -> None:
    times = [45.0 * i for i in range(240)]  # 3 h
    found = candidates(tracks(times, [[face()]] * 240), times, 10_800.0)
    thirds = np.histogram(starts(found), bins=3, range=(0, 10_800))[0]
    assert len(found) == CANDIDATES_MAX
    assert thirds.min() >= 8


def test_a_window_follows_the_face_that_is_there_longest() -> None:
    often, once = face(0.1), face(0.7)
    found = candidates(tracks(range(5), [[often, once]] + [[often]] * 4), range(5), 4.5)
    assert found[0].region == pytest.approx((0.06, 0.36, 0.24, 0.54), abs=1e-6)


def test_under_four_seconds_there_is_no_window() -> None:
    assert candidates(seen(range(4), range(4)), range(4), 3.9) == []
    assert choose([], 3.9) == Choice(lacks="length")


@pytest.mark.parametrize(
    ("region", "square"),
    [
        ((0.4, 0.4, 0.5, 0.5), (0.36, 0.36, 0.54, 0.54)),  # room on all sides
        ((0.0, 0.4, 0.1, 0.5), (0.0, 0.36, 0.18, 0.54)),  # moved inside
        ((0.95, 0.9, 1.05, 1.0), (0.82, 0.82, 1.0, 1.0)),  # a box oversteps
        ((0.1, 0.1, 0.9, 0.9), (0.0, 0.0, 1.0, 1.0)),  # no larger than the frame
    ],
)
def test_a_region_is_a_square_with_room_around_the_face(
    region: tuple[float, float, float, float], square: tuple[float, float, float, float]
) -> None:
    assert square_around(region) == pytest.approx(square)


def test_both_is_measured_where_face_and_voice_meet() -> None:
    candidate = Candidate(
        start_seconds=10.0, region=(0, 0, 1, 1), seen=(10.5, 11.5), reach_seconds=0.5
    )
    speech = np.where(np.arange(125) < 32, 0.9, 0.1).astype(np.float32)  # the first second
    window = measured(candidate, speech)
    assert (window.face_share, window.voice_share) == (0.504, 0.256)
    assert (window.both_share, window.basis) == (0.256, "both")


def test_windows_of_both_are_preferred_to_faces_without_voice() -> None:
    found = candidates(seen(range(60), range(60)), range(60), 60.0)
    speech = [SPEECH if 20 <= one.start_seconds <= 30 else SILENCE for one in found]
    chosen = choice(found, speech, 60.0)
    assert chosen.lacks == ""
    assert all(20 <= start <= 30 for start in starts(chosen.windows))


def test_at_most_ten_windows_are_chosen_from_all_over() -> None:
    found = candidates(seen(range(200), range(200)), range(200), 200.0)
    chosen = choice(found, [SPEECH] * len(found), 200.0)
    assert len(chosen.windows) == WINDOWS_MAX
    assert np.histogram(starts(chosen.windows), bins=4, range=(0, 200))[0].min() >= 2


@pytest.mark.parametrize(
    ("faces", "speech", "lacks", "bases"),
    [
        (range(40), SILENCE, "voice", {"face"}),  # somebody is silent
        (range(0), SPEECH, "face", {"voice"}),  # somebody is heard alone
        (range(0), SILENCE, "face_and_voice", set()),  # nobody is there
    ],
)
def test_a_missing_sense_is_named(faces: range, speech: Hops, lacks: str, bases: set[str]) -> None:
    found = candidates(seen(range(40), faces), range(40), 40.0)
    chosen = choice(found, [speech] * len(found), 40.0)
    assert chosen.lacks == lacks
    assert {window.basis for window in chosen.windows} == bases


def test_a_face_and_a_voice_that_never_meet_are_looked_at_apart() -> None:
    found = candidates(seen(range(40), range(10)), range(40), 40.0)
    speech = [SILENCE if one.region else SPEECH for one in found]
    chosen = choice(found, speech, 40.0)
    assert chosen.lacks == "face_with_voice"
    assert {window.basis for window in chosen.windows} == {"face", "voice"}
    assert len(chosen.windows) <= WINDOWS_MAX


def test_the_same_video_gives_the_same_windows() -> None:
    found = candidates(seen(range(100), range(0, 100, 3)), range(100), 100.0)
    rng = np.random.default_rng(0)
    speech = [rng.random(125).astype(np.float32) for _ in found]
    forward = choice(found, speech, 100.0)
    assert choice(found, speech, 100.0) == forward
    assert starts(forward.windows) == sorted(starts(forward.windows))

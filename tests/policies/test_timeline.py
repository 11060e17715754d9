"""Frames stand for the time around them."""

from policies.judgement import FrameAnswer
from policies.timeline import timeline
from tests.policies.cases import answers, held


def stretches(pts: list[float], frame_seconds: float, duration: float) -> list[tuple[float, float]]:
    said = [FrameAnswer(pts_seconds=at, word="safe", score=0.0) for at in pts]
    line = timeline(said, frame_seconds, duration)
    return [(frame.start_seconds, frame.end_seconds) for frame in line.frames]


def test_a_frame_stands_for_the_time_until_midway_to_its_neighbours() -> None:
    assert stretches([0, 1, 2], 1.0, 3.0) == [(0, 0.5), (0.5, 1.5), (1.5, 3.0)]


def test_dense_frames_make_borders_sharper() -> None:
    assert stretches([1, 1.25, 1.5, 2], 1.0, 2.5)[1] == (1.125, 1.375)


def test_a_frame_stands_for_at_most_one_base_distance_to_each_side() -> None:
    assert stretches([5, 20], 1.0, 40.0) == [(4, 6), (19, 21)]


def test_a_duration_shorter_than_the_last_frame_is_not_believed() -> None:
    assert stretches([0, 1], 1.0, 0.0) == [(0, 0.5), (0.5, 1.0)]


def test_answers_may_come_in_any_order() -> None:
    said = answers([0.1, 0.9, None])
    assert timeline(reversed(said), 1.0, 3.0) == timeline(said, 1.0, 3.0)


def test_a_frame_that_was_answered_twice_is_one_frame() -> None:
    said = [*answers([0.1, 0.2]), FrameAnswer(pts_seconds=1.0000001, word="unsafe", score=0.9)]
    assert [frame.score for frame in timeline(said, 1.0, 2.0).frames] == [0.1, 0.9]


def test_a_score_that_is_no_probability_says_nothing() -> None:
    said = [FrameAnswer(pts_seconds=0.0, word="safe", score=float("nan"))]
    assert timeline(said, 1.0, 1.0).frames[0].score is None


def test_no_answers_make_an_empty_timeline() -> None:
    assert timeline([], 1.0, 10.0).judgeable_seconds == 0.0


def test_a_frame_that_was_scored_itself_is_no_copy() -> None:
    copied = held(0.9, [1.0, 2.0])
    own = FrameAnswer(pts_seconds=2.0, word="safe", score=0.0)
    frames = timeline([*copied, own], 1.0, 3.0).frames
    assert [(frame.copy_of, frame.score) for frame in frames] == [(None, 0.9), (None, 0.9)]

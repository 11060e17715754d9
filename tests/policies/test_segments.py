"""k of n frames make a segment, never one frame's maximum."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.judgement import FrameAnswer
from policies.segments import find_segments, standing_score
from policies.timeline import Timeline, timeline
from tests.policies.cases import answers, held, policy
from topics.policies import Policy

Scores = list[float | None]


def line(scores: Scores, step: float = 1.0) -> Timeline:
    return timeline(answers(scores, step), 1.0, len(scores) * step)


def found(scores: Scores, **fields: Any) -> list[tuple[float, float]]:
    spans = find_segments(line(scores), policy(**fields), 0.5)
    return [(span.start_seconds, span.end_seconds) for span in spans]


FRAMES: list[tuple[Scores, dict[str, Any], list[tuple[float, float]]]] = [
    ([0.0, 0.9, 0.0, 0.0], {}, []),  # one frame's maximum is nothing
    ([0.0, 0.9, 0.9, 0.0], {}, [(0.5, 2.5)]),  # two neighbours
    ([0.9, 0.0, 0.9, 0.0], {}, [(0.0, 2.5)]),  # two of three, the gap belongs to it
    ([0.9, 0.0, 0.0, 0.9], {}, []),  # too far from each other
    ([0.9, 0.9, 0.0, 0.0, 0.9, 0.9], {}, [(0.0, 1.5), (3.5, 6.0)]),  # two segments
    ([0.9, 0.9, 0.0, 0.9, 0.9], {}, [(0.0, 5.0)]),  # windows that overlap are one
    ([0.9], {}, [(0.0, 1.0)]),  # fewer than k frames: all must hit
    ([0.9, 0.9], {"k": 3, "n": 5}, [(0.0, 2.0)]),  # the same with two
    ([0.9, 0.1], {"k": 3, "n": 5}, []),  # and one that does not
    ([0.9, 0.9], {"k": 2, "n": 5}, [(0.0, 2.0)]),  # fewer than n frames: k among all
    ([0.0, 0.9, 0.0], {"k": 1, "n": 1}, [(0.5, 1.5)]),  # a policy may want one frame
    ([0.0, 0.9, 0.9, 0.0], {"minimum_seconds": 2.0}, [(0.5, 2.5)]),  # just long enough
    ([0.0, 0.9, 0.9, 0.0], {"minimum_seconds": 2.1}, []),  # too short
    ([0.9, 0.9], {"minimum_seconds": 30.0}, [(0.0, 2.0)]),  # a clip shorter than the minimum
    ([0.9, 0.1], {"minimum_seconds": 30.0, "k": 1, "n": 1}, []),  # not all of that clip
    ([0.9, None, 0.9], {}, [(0.0, 3.0)]),  # an unparsable answer is no hit, and no wall
    ([0.9, None, 0.1], {}, []),  # nor does it count as a hit
    ([None, None], {}, []),  # nothing parsed is no segment (and no acquittal: doubt.py)
    ([], {}, []),
]


@pytest.mark.parametrize(("scores", "fields", "segments"), FRAMES)
def test_frames_make_segments(
    scores: Scores, fields: dict[str, Any], segments: list[tuple[float, float]]
) -> None:
    assert found(scores, **fields) == segments


def around(hit: float, dense: float, **fields: Any) -> int:
    """How many segments: a lone hit at 2 s whose dense neighbours score `dense`."""
    base = answers([0.0, 0.0, hit, 0.0, 0.0])
    near = [1.25, 1.5, 1.75, 2.25, 2.5, 2.75]
    closer = [FrameAnswer(pts_seconds=pts, word="safe", score=dense) for pts in near]
    return len(find_segments(timeline([*base, *closer], 1.0, 5.0), policy(**fields), 0.5))


def test_dense_frames_confirm_a_lone_hit() -> None:
    assert around(hit=0.9, dense=0.8) == 1


def test_dense_frames_that_all_miss_withdraw_a_lone_hit_even_for_k_of_one() -> None:
    assert around(hit=0.9, dense=0.1, k=1, n=1) == 0
    assert found([0.0, 0.9, 0.0], k=1, n=1) == [(0.5, 1.5)]


def test_borders_lie_between_the_last_miss_and_the_first_hit() -> None:
    said = [*answers([0.0, 0.9, 0.9]), FrameAnswer(pts_seconds=0.5, word="unsafe", score=0.9)]
    spans = find_segments(timeline(said, 1.0, 3.0), policy(), 0.5)
    assert [(span.start_seconds, span.end_seconds) for span in spans] == [(0.25, 3.0)]


def test_the_peaks_are_the_hits_from_the_highest_score_down() -> None:
    (span,) = find_segments(line([0.6, 0.1, 0.95, 0.7]), policy(), 0.5)
    assert (span.peak_score, span.peaks) == (0.95, (2.0, 3.0, 0.0))


def test_the_standing_score_is_what_k_of_n_frames_reached() -> None:
    assert standing_score(line([0.2, 0.99, 0.7, 0.1]), policy()) == 0.7
    assert standing_score(line([]), policy()) == 0.0


scores = st.lists(
    st.one_of(st.none(), st.sampled_from([0.0, 0.3, 0.5, 0.7, 0.9, 1.0])), max_size=24
)
rules = st.builds(
    lambda k, more, seconds: policy(k=k, n=k + more, minimum_seconds=seconds),
    st.integers(1, 4),
    st.integers(0, 4),
    st.sampled_from([0.0, 1.0, 2.5]),
)
steps = st.sampled_from([0.25, 0.5, 1.0, 3.0])


@given(scores, rules, steps, st.sampled_from([0.3, 0.5, 0.9]))
def test_a_threshold_has_a_segment_exactly_when_the_standing_score_reaches_it(
    given_scores: Scores, rule: Policy, step: float, threshold: float
) -> None:
    frames = line(given_scores, step)
    stands = bool(find_segments(frames, rule, threshold))
    assert stands == (standing_score(frames, rule) >= threshold)


@given(scores, rules, steps, st.integers(0, 23))
def test_a_higher_score_never_loses_a_segment(
    given_scores: Scores, rule: Policy, step: float, at: int
) -> None:
    raised = [1.0 if i == at and s is not None else s for i, s in enumerate(given_scores)]
    before = find_segments(line(given_scores, step), rule, 0.5)
    after = find_segments(line(raised, step), rule, 0.5)
    for span in before:
        assert any(
            a.start_seconds <= span.start_seconds and span.end_seconds <= a.end_seconds
            for a in after
        )


@given(scores, rules, steps)
def test_segments_are_in_order_apart_and_inside_the_clip(
    given_scores: Scores, rule: Policy, step: float
) -> None:
    spans = find_segments(line(given_scores, step), rule, 0.5)
    assert all(0 <= s.start_seconds <= s.end_seconds <= len(given_scores) * step for s in spans)
    assert all(a.end_seconds < b.start_seconds for a, b in pairwise(spans))
    assert all(span.seconds > 0 and span.peaks for span in spans)


def held_hit(*dense: tuple[float, float], **fields: Any) -> list[tuple[float, float]]:
    """Segments where a picture is held from 2 to 5 s, scored once with 0.9, amid misses."""
    misses = [FrameAnswer(pts_seconds=at, word="safe", score=0.0) for at in (0.0, 1.0, 6.0, 7.0)]
    more = [FrameAnswer(pts_seconds=at, word="safe", score=score) for at, score in dense]
    frames = [*misses, *held(0.9, [2.0, 3.0, 4.0, 5.0]), *more]
    spans = find_segments(timeline(frames, 1.0, 8.0), policy(**fields), 0.5)
    return [(span.start_seconds, span.end_seconds) for span in spans]


def test_a_frame_counts_for_each_of_its_copies() -> None:
    assert held_hit(k=4, n=4) == [(1.5, 5.5)]


def test_a_hit_that_dense_frames_withdraw_takes_its_copies_with_it() -> None:
    assert held_hit((1.5, 0.0), (2.5, 0.0)) == []
    assert held_hit((1.5, 0.0), (2.5, 0.9)) == [(1.75, 5.5)]


def test_a_frame_at_a_cut_is_not_withdrawn_by_what_comes_before_and_after() -> None:
    base = answers([0.0, 0.0, 0.0])
    at_cut = FrameAnswer(pts_seconds=1.4, word="unsafe", score=0.9, is_cut=True)
    assert len(find_segments(timeline([*base, at_cut], 1.0, 3.0), policy(k=1, n=1), 0.5)) == 1
    at_step = replace(at_cut, is_cut=False)
    dense = [FrameAnswer(pts_seconds=at, word="safe", score=0.0) for at in (1.2, 1.6)]
    assert not find_segments(timeline([*base, at_step, *dense], 1.0, 3.0), policy(k=1, n=1), 0.5)

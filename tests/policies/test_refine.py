"""The borders of hits are looked at more closely, within a cap."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from policies.judgement import FrameAnswer
from policies.refine import missing_pts, windows_of_all, windows_to_refine
from tests.policies.cases import answers, held, judged, judgement, policy


def windows(scores: list[float | None], cap: int = 100) -> list[tuple[float, float]]:
    return windows_to_refine(answers(scores), 0.5, 1.0, float(len(scores)), cap)


def test_the_border_between_a_hit_and_a_miss_is_refined() -> None:
    assert windows([0.0, 0.0, 0.9, 0.9, 0.9, 0.0]) == [(1.0, 2.0), (4.0, 5.0)]


def test_a_lone_hit_is_refined_on_both_sides() -> None:
    assert windows([0.0, 0.9, 0.0]) == [(0.0, 2.0)]
    assert windows([0.0, 0.9]) == [(0.0, 2.0)]
    assert windows([0.9]) == [(0.0, 1.0)]


def test_where_nothing_hits_or_all_do_there_is_nothing_to_refine() -> None:
    assert windows([0.0, 0.1, None]) == []
    assert windows([0.9, 0.9, 0.9]) == []


def test_an_unparsable_neighbour_is_a_border() -> None:
    assert windows([0.9, 0.9, None]) == [(1.0, 2.0)]


def test_what_is_dense_already_is_not_refined_again() -> None:
    assert windows_to_refine(answers([0.0, 0.9, 0.9, 0.0], 0.25), 0.5, 1.0, 1.0, 100) == []


def test_lone_hits_are_served_before_borders() -> None:
    scores: list[float | None] = [0.0, 0.9, 0.9, 0.0, 0.0, 0.6, 0.0]
    assert windows(scores, cap=6) == [(4.0, 6.0)]
    assert windows(scores, cap=2) == []


def test_a_copy_does_not_confirm_the_frame_that_it_copies() -> None:
    misses = answers([0.0, 0.0])
    frames = [*misses, *held(0.9, [2.0, 3.0, 4.0])]
    assert windows_to_refine(frames, 0.5, 1.0, 5.0, 100) == [(1.0, 3.0)]


def test_a_held_picture_beside_another_hit_is_not_looked_into() -> None:
    frames = [*answers([0.0, 0.9]), *held(0.9, [2.0, 3.0, 4.0])]
    assert windows_to_refine(frames, 0.5, 1.0, 5.0, 100) == [(0.0, 1.0)]


def test_windows_of_several_policies_are_shared() -> None:
    guns, knives = policy("guns"), policy("knives", actions={"label": 0.2})
    both = [judged([0.0, 0.9, 0.9], guns), judged([0.0, 0.3, 0.3], knives)]
    assert windows_of_all(both, 1.0, 3.0, 3) == [(0.0, 1.0)]


def test_frames_that_were_answered_are_not_asked_for_again() -> None:
    answered = judgement(judged([0.0, 0.9], policy()))
    assert missing_pts(answered, [0.75, 1.0, 1.0004, 1.25]) == [0.75, 1.25]


@given(st.lists(st.sampled_from([None, 0.0, 0.9]), max_size=30), st.integers(0, 40))
def test_windows_are_in_order_inside_the_clip_and_within_the_cap(
    scores: list[float | None], cap: int
) -> None:
    found = windows(scores, cap)
    assert all(0 <= start < end <= len(scores) for start, end in found)
    assert all(a[1] < b[0] for a, b in pairwise(found))
    assert sum((end - start) * 3 for start, end in found) <= cap


@given(st.lists(st.sampled_from([None, 0.0, 0.9]), max_size=20))
def test_refining_ends(scores: list[float | None]) -> None:
    found = windows(scores)
    dense = [start + 0.25 * i for start, end in found for i in range(round((end - start) * 4) + 1)]
    closer = [FrameAnswer(pts_seconds=pts, word="safe", score=0.0) for pts in dense]
    again = windows_to_refine([*answers(scores), *closer], 0.5, 1.0, float(len(scores)), 100)
    assert again == []

"""Frames that match become stretches with the times they stand for."""

from policies.known import STRETCHES_MAX, Match, stretches
from topics.verdicts import KnownContent


def match(pts: float, item: str = "a", distance: int = 4, name: str = "terror") -> Match:
    return Match(pts_seconds=pts, list=name, item=item, distance=distance)


def test_frames_in_a_row_are_one_stretch_with_the_smallest_distance() -> None:
    found = stretches([match(2.0, distance=9), match(3.0), match(4.0)], [*range(8)], 1.0, 8.0)
    assert found == (
        KnownContent(list="terror", item="a", distance=4.0, start_seconds=1.5, end_seconds=4.5),
    )


def test_a_frame_that_does_not_match_parts_two_stretches() -> None:
    found = stretches([match(1.0), match(3.0)], [0.0, 1.0, 2.0, 3.0], 1.0, 4.0)
    assert [(one.start_seconds, one.end_seconds) for one in found] == [(0.5, 1.5), (2.5, 4.0)]


def test_a_frame_that_could_not_be_compared_parts_nothing() -> None:
    found = stretches([match(1.0), match(3.0)], [0.0, 1.0, 3.0], 1.0, 4.0)
    assert [(one.start_seconds, one.end_seconds) for one in found] == [(0.5, 4.0)]


def test_items_and_lists_are_kept_apart() -> None:
    matches = [match(1.0, "a"), match(1.0, "b"), match(1.0, "a", name="abuse")]
    found = stretches(matches, [0.0, 1.0, 2.0], 1.0, 3.0)
    assert [(one.list, one.item) for one in found] == [
        ("abuse", "a"),
        ("terror", "a"),
        ("terror", "b"),
    ]


def test_two_entries_of_an_item_in_one_frame_are_one_match() -> None:
    found = stretches([match(1.0, distance=20), match(1.0, distance=3)], [1.0], 1.0, 2.0)
    assert [one.distance for one in found] == [3.0]


def test_the_nearest_are_kept_of_too_many() -> None:
    matches = [match(1.0, f"{n:03}", distance=n % 32) for n in range(300)]
    found = stretches(matches, [1.0], 1.0, 2.0)
    assert len(found) == STRETCHES_MAX
    assert max(one.distance for one in found) < 31


def test_no_match_is_no_stretch() -> None:
    assert stretches([], [0.0, 1.0], 1.0, 2.0) == ()

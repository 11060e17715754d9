"""A track follows one face, and no other."""

import pytest

from engines.presence.shape import Face
from engines.presence.tracks import Track, tracks


def face(left: float, top: float = 0.4, side: float = 0.2, score: float = 0.9) -> Face:
    return Face(left, top, left + side, top + side, score)


def test_two_faces_that_move_are_two_tracks() -> None:
    found = [[face(0.1 + 0.02 * i), face(0.7 - 0.02 * i)] for i in range(5)]
    first, second = tracks([0, 1, 2, 3, 4], found)
    assert [f.left for f in first.faces] == pytest.approx([0.1, 0.12, 0.14, 0.16, 0.18])
    assert [f.left for f in second.faces] == pytest.approx([0.7, 0.68, 0.66, 0.64, 0.62])


def test_a_face_that_is_missed_once_goes_on() -> None:
    assert [t.times for t in tracks([0, 1, 2], [[face(0.1)], [], [face(0.1)]])] == [[0, 2]]


def test_frames_far_apart_are_not_linked() -> None:
    assert len(tracks([0, 3], [[face(0.1)], [face(0.1)]])) == 2


def test_a_face_elsewhere_is_another_one() -> None:
    assert len(tracks([0, 1], [[face(0.1)], [face(0.6)]])) == 2


def test_one_track_takes_one_face_a_frame() -> None:
    found = tracks([0, 1], [[face(0.1)], [face(0.1, score=0.7), face(0.12, score=0.9)]])
    assert [len(track.faces) for track in found] == [2, 1]
    assert found[0].faces[1].left == 0.12


def test_the_region_is_around_all_boxes() -> None:
    track = Track([0, 1, 2], [face(0.1), face(0.2, 0.3), face(0.9)])
    assert track.inside(0, 1).region() == pytest.approx((0.1, 0.3, 0.4, 0.6))

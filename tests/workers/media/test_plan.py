"""Only what a chosen frame depends on is decoded, and all of it."""

import numpy as np
import pytest

from workers.media.plan import needed

# Decode order of a stream with B frames: key at 0, 4 and 8; frame 7 is a leading picture of key 8.
PTS = [0, 3, 1, 2, 4, 6, 5, 8, 7, 10, 9]
KEYS = [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([0], [0]),
        ([2], [0, 3, 1, 2]),  # from its key frame on
        ([4], [4]),  # a key frame alone
        ([0, 9], [0, 8, 7, 10, 9]),
        ([7], [4, 6, 5, 8, 7]),  # a leading picture needs the group before too
        ([], []),
    ],
)
def test_packets_from_the_key_frame_to_the_wanted(wanted: list[int], expected: list[int]) -> None:
    pts = np.array(PTS)
    need = needed(pts, np.array(KEYS, bool), np.array(wanted, np.int64))
    assert pts[need].tolist() == expected


def test_a_stream_that_starts_without_a_key_frame_is_decoded_from_its_start() -> None:
    need = needed(np.arange(5), np.array([0, 0, 0, 1, 0], bool), np.array([2]))
    assert need.tolist() == [True, True, True, False, False]

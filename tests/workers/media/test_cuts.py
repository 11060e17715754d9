"""Where an encoder spends bytes, something may begin."""

from array import array

import numpy as np
import pytest

from workers.media.cuts import COST_SHARE, cuts
from workers.media.track import Track

GROUP = 30


def track(sizes: list[int], keys: list[int] | None = None, pts: list[int] | None = None) -> Track:
    """Packets in decode order; a key frame every GROUP packets unless they are named."""
    count = len(sizes)
    made = Track(1 / 30, 0.0)
    made.pts = array("q", pts or range(count))
    starts = range(0, count, GROUP) if keys is None else keys
    made.keys = array("b", [number in starts for number in range(count)])
    made.shown, made.sizes = array("b", [1] * count), array("i", sizes)
    made.durations = array("q", [1] * count)
    made.finish()
    return made


def found(made: Track, steps: list[int] | None = None, most: int = 10) -> list[int]:
    every = list(range(0, len(made.pts), GROUP // 2)) if steps is None else steps
    return sorted(int(at) for at in cuts(made, np.array(every), most))


def even(count: int = 300) -> list[int]:
    """P frames of 100 bytes between key frames of 1000."""
    return [1000 if number % GROUP == 0 else 100 for number in range(count)]


def test_even_packets_hold_no_cut() -> None:
    assert found(track(even())) == []


def test_a_packet_that_is_much_larger_than_its_neighbours_may_be_a_cut() -> None:
    sizes = even()
    sizes[95] = 600
    assert found(track(sizes)) == [95]


def test_a_packet_far_smaller_than_a_key_frame_is_none() -> None:
    sizes = [10 if size == 100 else size for size in even()]
    sizes[95] = 100
    assert found(track(sizes)) == []


def test_a_flash_is_its_first_frame_not_what_follows_it() -> None:
    sizes = even()
    sizes[95], sizes[96] = 400, 900
    assert found(track(sizes)) == [95]


def test_a_key_frame_before_its_time_may_be_a_cut() -> None:
    keys = [0, 30, 60, 77, 107, 137, 167, 197, 227, 257, 287]
    sizes = [1000 if number in keys else 100 for number in range(300)]
    assert found(track(sizes, keys)) == [77]


def test_b_frames_are_held_against_b_frames() -> None:
    pts, sizes = [0], [1000]
    for anchor in range(3, 300, 3):
        pts += [anchor, anchor - 2, anchor - 1]
        sizes += [400, 40, 30]
    sizes[pts.index(100)] = 300  # shown between 99 and 102
    assert found(track(sizes, [0], pts), steps=[0, 99, 198]) == [100]


def test_where_all_are_key_frames_a_change_of_size_may_be_a_cut() -> None:
    sizes = [1000] * 20 + [700] * 20
    assert found(track(sizes, list(range(40))), steps=[*range(10), 30]) == [20]


def test_a_step_is_no_cut() -> None:
    sizes = even()
    sizes[95] = 600
    assert found(track(sizes), steps=[0, 95, 200]) == []


def test_the_strongest_are_taken_and_few_more_packets_are_decoded() -> None:
    sizes = even(30 * GROUP)
    for number in range(15, 30 * GROUP, GROUP):
        sizes[number] = 300 + number
    steps = [GROUP * i + 20 for i in range(0, 30, 2)]  # every other group is needed
    taken = found(track(sizes), steps=steps, most=16)
    dear = [at for at in taken if at // GROUP % 2]
    assert len(taken) == 16
    assert 16 * len(dear) <= COST_SHARE * 21 * len(steps)


@pytest.mark.parametrize("most", [0, -1])
def test_no_room_gives_no_cuts(most: int) -> None:
    sizes = even()
    sizes[95] = 600
    assert found(track(sizes), most=most) == []


def test_without_key_frames_sizes_alone_tell() -> None:
    sizes = [100] * 300
    sizes[95] = 600
    assert found(track(sizes, [])) == [95]


def test_times_that_do_not_belong_to_packets_give_no_cuts() -> None:
    made = track([1000, *[100] * 50, 900, *[100] * 50])
    made.by_order = True
    assert found(made) == []

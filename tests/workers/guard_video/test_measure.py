"""False flags and recall of made outcomes are what one counts by hand."""

import pytest

from tests.workers.guard_video.made import IDS, outcome, violation
from workers.guard_video.measure import Share, by_policy, count, is_found, overlap

GUILTY = violation("weapons", 10, 16)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ((10, 16), (10, 16), 1.0),
        ((10, 16), (13, 19), 1 / 3),
        ((10, 16), (16, 20), 0.0),
        ((10, 16), (0, 60), 0.1),  # a whole video found is none
    ],
)
def test_overlap_is_the_shared_time_of_both(
    one: tuple[float, float], other: tuple[float, float], share: float
) -> None:
    assert overlap(one, other) == pytest.approx(share)


def test_one_segment_that_fits_is_enough() -> None:
    assert is_found(GUILTY, [(30, 40), (11, 15)]) and not is_found(GUILTY, [(30, 40)])


def test_clean_videos_count_once_however_many_policies_flag_them() -> None:
    outcomes = [outcome(), outcome(found={"weapons": [(1, 2)], "drugs": [(5, 6)]})]
    assert count(outcomes, IDS).flagged == Share(1, 2)


def test_a_violation_is_found_by_its_own_policy_alone() -> None:
    right = outcome(guilty=GUILTY, found={"weapons": [(9, 16)]})
    wrong = outcome(guilty=GUILTY, found={"drugs": [(9, 16)]})
    counts = by_policy([right, wrong])
    assert counts["all"].found == counts["weapons"].found == Share(1, 2)
    assert counts["all"].strayed == Share(1, 2) and counts["all"].flagged.whole == 0


def test_wilson_s_interval_of_no_false_flag_in_240() -> None:
    low, high = Share(0, 240).interval
    assert low == 0 and high == pytest.approx(0.0158, abs=1e-4)  # 3.84 / 243.84


def test_bars_hold_together_or_not_at_all() -> None:
    found = [outcome(guilty=GUILTY, found={"weapons": [(10, 16)]})]
    assert count([*found, outcome()], IDS).holds
    assert not count([*found, outcome(found={"drugs": [(1, 2)]})], IDS).holds
    assert not count([outcome(guilty=GUILTY), outcome()], IDS).holds

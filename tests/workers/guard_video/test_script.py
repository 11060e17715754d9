"""Scripts are clean but for the one violation that they name, and always the same."""

from itertools import pairwise

import pytest

from workers.guard_video.live import broken
from workers.guard_video.script import SECONDS, VIOLATION_SECONDS, Script, write_script

NUMBERS = range(12)


def scripts(*, violating: bool) -> list[Script]:
    return [write_script("fit", number, violating=violating) for number in NUMBERS]


def test_a_script_is_the_same_again_and_splits_share_none() -> None:
    assert write_script("test", 3, violating=True) == write_script("test", 3, violating=True)
    assert write_script("test", 3, violating=True) != write_script("fit", 3, violating=True)


@pytest.mark.parametrize("violating", [False, True])
def test_takes_fill_the_video_from_its_start_to_its_end(violating: bool) -> None:
    for script in scripts(violating=violating):
        assert script.takes[0].start_seconds == 0
        assert all(a.end_seconds == b.start_seconds for a, b in pairwise(script.takes))
        assert SECONDS[0] <= script.seconds <= SECONDS[1]


def test_a_clean_script_breaks_no_policy() -> None:
    assert not any(broken(take.scene) for one in scripts(violating=False) for take in one.takes)


def test_a_violating_script_breaks_one_policy_and_only_while_it_says_so() -> None:
    for script in scripts(violating=True):
        violation = script.violation
        assert violation is not None
        shortest, longest = VIOLATION_SECONDS
        assert shortest <= violation.end_seconds - violation.start_seconds <= longest
        during = [take for take in script.takes if take.start_seconds == violation.start_seconds]
        assert [broken(take.scene) for take in during] == [{violation.policy_id}]
        assert sum(bool(broken(take.scene)) for take in script.takes) == 1


def test_what_appears_does_so_before_the_same_background_and_camera() -> None:
    appearing = [one for one in scripts(violating=True) if one.violation and one.violation.appears]
    assert appearing
    for script in appearing:
        at = [take.start_seconds for take in script.takes].index(script.violation.start_seconds)  # type: ignore[union-attr]
        before, during, after = script.takes[at - 1 : at + 2]
        assert before.scene.seed == during.scene.seed == after.scene.seed
        assert before.camera == during.camera and before.corners == during.corners
        assert before.scene == after.scene

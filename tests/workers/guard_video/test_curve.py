"""Higher thresholds flag less and find less; the plot shows each point."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.workers.guard_video.made import outcome, shown, violation
from workers.guard_video.curve import SHIFTS, curve, draw, moved
from workers.guard_video.tuned import untuned

GUILTY = violation("weapons", 10, 16)
OUTCOMES = [
    outcome("g", GUILTY, scores={"weapons": shown(0.9, 10, 16)}),
    outcome("c", scores={"weapons": shown(0.7, 20, 40)}),
    outcome("d"),
]
TUNED = replace(untuned("guard@1"), k=2, n=3)


def test_false_flags_fall_as_thresholds_rise_and_a_whole_video_is_no_violation_found() -> None:
    points = curve(OUTCOMES, TUNED)
    flags = [point.flagged.value for point in points]
    assert flags == sorted(flags, reverse=True)
    assert points[0].found.value == points[-1].found.value == 0  # everything hits, nothing does
    fitted = points[SHIFTS.index(0.0)]
    assert (fitted.flagged.value, fitted.found.value) == (0.5, 1.0)


@pytest.mark.parametrize(("shift", "threshold"), [(0.0, 0.5), (2.0, 0.881), (-2.0, 0.119)])
def test_thresholds_move_on_the_scale_of_log_odds(shift: float, threshold: float) -> None:
    assert moved(0.5, shift) == pytest.approx(threshold, abs=1e-3)


def test_the_plot_has_a_dot_for_each_point_and_a_large_one_for_what_was_fitted() -> None:
    dots = ElementTree.fromstring(draw(curve(OUTCOMES, TUNED), "t")).findall(
        "{http://www.w3.org/2000/svg}circle"
    )
    assert [dot.attrib["r"] for dot in dots].count("7") == 1 and len(dots) == len(SHIFTS)

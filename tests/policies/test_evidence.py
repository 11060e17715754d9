"""The frames that support a segment."""

from dataclasses import replace

from policies.evidence import evidence_for, frames_to_keep
from policies.judgement import Paraphrased
from policies.segments import Span
from tests.policies.cases import answers, judged, policy
from topics.verdicts import Evidence

SPAN = Span(start_seconds=0.0, end_seconds=5.0, peak_score=0.9, peaks=(4.0, 1.0, 2.0, 3.0))


def frame(pts: float) -> Evidence:
    return Evidence(pts_seconds=pts, sha256="ef" * 32, uri=f"s3://evidence/{pts}.jpg")


def test_the_three_highest_hits_of_a_segment_are_kept() -> None:
    one = judged([0.6, 0.7, 0.8, 0.9, 0.0], policy())
    assert frames_to_keep([one], 1.0, 5.0, cap=24) == (1.0, 2.0, 3.0)


def test_every_segment_gets_one_before_any_gets_two() -> None:
    one = judged([0.9, 0.9, 0.0, 0.0, 0.6, 0.7], policy())
    assert frames_to_keep([one], 1.0, 6.0, cap=2) == (0.0, 5.0)


def test_a_frame_that_supports_two_policies_is_kept_once() -> None:
    both = [judged([0.9, 0.8], policy(id)) for id in ("guns", "knives")]
    assert frames_to_keep(both, 1.0, 2.0, cap=24) == (0.0, 1.0)


def test_a_frame_on_which_paraphrases_contradict_comes_after_every_segments_best() -> None:
    said = Paraphrased(number=1, text="guns never .", answers=answers([0.1, 0.1, 0.1]))
    one = replace(judged([0.1, 0.7, 0.8], policy()), paraphrases=(said,))
    assert frames_to_keep([one], 1.0, 3.0, cap=2) == (1.0, 2.0)
    clean = replace(said, answers=answers([0.6, 0.1, 0.1]))
    assert frames_to_keep([replace(one, paraphrases=(clean,))], 1.0, 3.0, cap=2) == (0.0, 2.0)


def test_only_stored_frames_are_named_in_order_of_time() -> None:
    stored = {pts: frame(pts) for pts in (1.0, 3.0, 4.0)}
    assert [item.pts_seconds for item in evidence_for(SPAN, stored)] == [1.0, 3.0, 4.0]
    assert evidence_for(SPAN, {}) == ()

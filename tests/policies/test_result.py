"""A finding as it stands in a verdict."""

import dataclasses

from msgspec.structs import replace

from policies.decide import decide
from policies.judgement import FrameAnswer, PolicyJudgement
from tests.policies.cases import OCCASION, UPLOAD, judged, judgement, policy
from topics.uploads import Upload
from topics.verdicts import Evidence, Verdict

HIT: list[float | None] = [0.0, 0.6, 0.95, 0.7, 0.0]


def decided(*policies: PolicyJudgement, upload: Upload = UPLOAD, **fields: object) -> Verdict:
    return decide(upload, OCCASION, judgement(*policies, **fields), {})[0]


def acts(verdict: Verdict) -> list[tuple[str, str, str | None, str | None]]:
    return [(act.action, act.policy_id, act.region, act.surface) for act in verdict.actions]


def test_a_violation_lists_its_segments_with_evidence_and_the_peaks_rationale() -> None:
    stored = {pts: Evidence(pts_seconds=pts, sha256="ef" * 32, uri="s3://e") for pts in (2.0, 3.0)}
    (result,) = decided(judged(HIT, policy()), evidence=stored).policies
    (segment,) = result.segments
    assert (segment.start_seconds, segment.end_seconds, segment.peak_score) == (0.5, 3.5, 0.95)
    assert [item.pts_seconds for item in segment.evidence] == [2.0, 3.0]
    assert (result.result, result.action, result.threshold) == ("violates", "restrict", 0.5)
    assert (result.score, result.rationale) == (0.7, "frame at 2")


def test_a_policy_that_is_ok_has_no_segments_and_its_lowest_threshold() -> None:
    (result,) = decided(judged([0.1, 0.3, 0.0], policy())).policies
    assert (result.result, result.action, result.segments) == ("ok", "allow", ())
    assert (result.score, result.threshold, result.rationale) == (0.1, 0.5, "frame at 1")


def test_a_policy_that_could_not_be_judged_has_a_reason_and_no_rationale() -> None:
    (result,) = decided(judged(HIT, policy(needs=("speech",)))).policies
    assert (result.result, result.reason, result.action) == (
        "not_applicable",
        "no_speech",
        "review",
    )
    assert (result.score, result.threshold, result.rationale) == (0.0, None, None)


def test_where_nothing_was_judged_the_guards_reason_is_the_rationale() -> None:
    (result,) = decided(judged([None, None, None], policy())).policies
    assert (result.result, result.reason, result.rationale) == ("unparsable", "unparsable", "?")


def test_the_next_hit_speaks_where_the_peak_was_not_explained() -> None:
    one = judged(HIT, policy())
    silent = tuple(replace_rationale(a, "" if a.pts_seconds == 2 else "gun") for a in one.answers)
    (result,) = decided(dataclasses.replace(one, answers=silent)).policies
    assert result.rationale == "gun"


def replace_rationale(answer: FrameAnswer, rationale: str) -> FrameAnswer:
    return dataclasses.replace(answer, rationale=rationale)


def test_a_shadows_result_is_listed_and_asks_for_nothing() -> None:
    shadow = judged(HIT, policy(version=2, mode="shadow"), decides=False)
    verdict = decided(judged([0.0] * 5, policy()), shadow)
    assert [result.action for result in verdict.policies] == ["allow", "restrict"]
    assert acts(verdict) == []


def test_a_policy_of_everywhere_asks_everywhere() -> None:
    assert acts(decided(judged(HIT, policy()))) == [("restrict", "weapons", None, None)]


def test_a_region_is_listed_where_it_is_harder() -> None:
    german = policy("german", actions={"remove": 0.5}, regions=("DE", "FR"))
    upload = replace(UPLOAD, regions=("DE", "US"))
    verdict = decided(judged(HIT, german), judged(HIT, policy()), upload=upload)
    assert acts(verdict) == [
        ("restrict", "weapons", None, None),
        ("remove", "german", "DE", None),
    ]
    assert verdict.action == "remove"


def test_a_region_is_not_listed_where_it_is_no_harder() -> None:
    german = policy("german", actions={"label": 0.5}, regions=("DE",))
    assert acts(decided(judged(HIT, german), judged(HIT, policy()))) == [
        ("restrict", "weapons", None, None)
    ]


def test_a_policy_of_a_surface_names_it() -> None:
    verdict = decided(judged(HIT, policy(surfaces=("feed", "ads"))))
    assert acts(verdict) == [("restrict", "weapons", None, "feed")]

"""A verdict fits into its topic, whatever was found."""

import pytest
from msgspec.structs import replace

from policies.decide import decide
from policies.fit import fit
from policies.judgement import FrameAnswer, PolicyJudgement
from tests.policies.cases import OCCASION, UPLOAD, answers, judgement, policy
from topics import codec
from topics.verdicts import MAX_VERDICT_BYTES, Evidence, KnownContent, Verdict

FLICKER: list[float | None] = [0.95, 0.95, 0.0, 0.0] * 240
STORED = {
    float(at): Evidence(pts_seconds=at, sha256="ef" * 32, uri="s3://evidence/" + "e" * 200)
    for at in range(960)
}


def flickering(count: int, rationale: str) -> Verdict:
    """A verdict under so many policies, each with 240 segments."""
    said = tuple(
        FrameAnswer(pts_seconds=a.pts_seconds, word=a.word, score=a.score, rationale=rationale)
        for a in answers(FLICKER)
    )
    listed = [PolicyJudgement(policy=policy(f"p-{i:04}"), answers=said) for i in range(count)]
    return decide(UPLOAD, OCCASION, judgement(*listed, evidence=STORED), {})[0]


def test_segments_beyond_the_cap_are_counted() -> None:
    (result,) = flickering(1, "short").policies
    assert (len(result.segments), result.segments_omitted) == (20, 220)
    assert all(len(segment.evidence) <= 3 for segment in result.segments)


def test_the_segments_with_the_highest_scores_are_kept_in_order_of_time() -> None:
    scores = [*FLICKER[:120], 0.99, 0.99, 0.0, 0.0]
    listed = PolicyJudgement(policy=policy(), answers=answers(scores))
    (result,) = decide(UPLOAD, OCCASION, judgement(listed), {})[0].policies
    starts = [segment.start_seconds for segment in result.segments]
    assert starts == sorted(starts) and result.segments[-1].peak_score == 0.99


@pytest.mark.parametrize("count", [1, 24, 60])
def test_a_verdict_of_many_violations_fits(count: int) -> None:
    verdict = flickering(count, "ü" * 3000)
    assert len(codec.encode(verdict)) <= MAX_VERDICT_BYTES
    assert len(verdict.policies) == count and verdict.action == "remove"
    assert all(len(r.segments) + r.segments_omitted == 240 for r in verdict.policies)


def test_lists_of_known_content_and_of_regions_fit() -> None:
    known = KnownContent(list="l", item="i" * 5000, distance=0.1, start_seconds=0, end_seconds=1)
    verdict = replace(flickering(1, ""), known_content=(known,) * 500)
    assert len(codec.encode(fit(verdict))) <= MAX_VERDICT_BYTES


def test_more_policies_than_a_verdict_can_hold_leave_the_hardest_and_say_so() -> None:
    verdict = flickering(1, "")
    ok = replace(verdict.policies[0], result="ok", action="allow", score=0.0, rationale=None)
    many = tuple(replace(ok, policy_id=f"ok-{i}") for i in range(6000))
    kept = fit(replace(verdict, policies=(*many, *verdict.policies)))
    assert len(codec.encode(kept)) <= MAX_VERDICT_BYTES
    assert "p-0000" in {result.policy_id for result in kept.policies}
    assert "results_omitted" in kept.reasons

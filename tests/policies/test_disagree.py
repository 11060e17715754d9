"""Contradictions that reviews settle."""

from dataclasses import replace

from policies.decide import decide
from policies.judgement import Paraphrased, PolicyJudgement
from tests.policies.cases import OCCASION, UPLOAD, answers, judged, judgement, policy
from topics import codec
from topics.disagreements import Disagreement
from topics.verdicts import Evidence


def noted(*policies: PolicyJudgement, **fields: object) -> tuple[Disagreement, ...]:
    return decide(UPLOAD, OCCASION, judgement(*policies, **fields), {})[1]


def row(*scores: float | None) -> list[float | None]:
    return list(scores)


def test_a_score_near_a_threshold_is_a_small_margin() -> None:
    stored = {1.0: Evidence(pts_seconds=1.0, sha256="ef" * 32, uri="s3://e/1.jpg")}
    (one,) = noted(judged(row(0.0, 0.55, 0.52), policy()), evidence=stored)
    assert (one.kind, one.policy_id, one.policy_version) == ("small_margin", "weapons", 1)
    assert one.scores == {"live": 0.52, "threshold": 0.5}
    assert (one.pts_seconds, one.evidence_uri) == (1.0, "s3://e/1.jpg")


def test_just_under_a_threshold_is_a_small_margin_too() -> None:
    (one,) = noted(judged(row(0.45, 0.45, 0.45), policy()))
    assert one.scores == {"live": 0.45, "threshold": 0.5}


def test_a_clear_score_is_no_disagreement() -> None:
    assert noted(judged(row(0.0, 0.7, 0.7), policy())) == ()
    assert noted(judged(row(0.0, 0.1, 0.0), policy())) == ()


def test_a_shadow_with_another_result_disagrees_with_the_deciding_version() -> None:
    shadow = judged(row(0.7, 0.7, 0.7), policy(version=2, mode="shadow"), decides=False)
    (one,) = noted(judged(row(0.0, 0.0, 0.0), policy()), shadow)
    assert (one.kind, one.policy_version) == ("shadow", 2)
    assert one.scores == {"live": 0.0, "candidate": 0.7}


def test_a_shadow_that_agrees_or_could_not_be_judged_is_none() -> None:
    live = judged(row(0.7, 0.7, 0.7), policy())
    same = judged(row(0.75, 0.75, 0.75), policy(version=2, mode="shadow"), decides=False)
    blank = judged(row(None, None, None), policy(version=2, mode="shadow"), decides=False)
    assert noted(live, same) == () and noted(live, blank) == ()


def test_a_paraphrase_that_says_another_word_names_texts_scores_and_frames() -> None:
    said = Paraphrased(number=1, text="guns never .", answers=answers([0.1, 0.4, 0.1]))
    live = judged(row(0.7, 0.8, 0.7), policy(paraphrases=("guns never .",)))
    verdict, (one,) = decide(UPLOAD, OCCASION, judgement(replace(live, paraphrases=(said,))), {})
    assert (one.kind, one.policy_id, one.pts_seconds) == ("paraphrase", "weapons", 0.0)
    assert one.scores == {"text": 0.7, "paraphrase 1": 0.1}
    assert one.texts == {"text": "no guns .", "paraphrase 1": "guns never ."}
    assert [frame.pts_seconds for frame in one.frames] == [0.0, 1.0, 2.0]
    assert verdict == decide(UPLOAD, OCCASION, judgement(live), {})[0]
    assert codec.decode(Disagreement, codec.encode(one)) == one


def test_ids_differ_by_kind_and_stay_with_the_occasion() -> None:
    live = judged(row(0.52, 0.52, 0.52), policy())
    shadow = judged(row(0.0, 0.0, 0.0), policy(version=2, mode="shadow"), decides=False)
    found = noted(live, shadow)
    assert len({one.disagreement_id for one in found}) == 2
    assert found == noted(live, shadow)
    assert codec.decode(Disagreement, codec.encode(found[0])) == found[0]

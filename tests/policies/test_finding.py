"""Properties of deciding that hold for any judgement."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policies.decide import decide
from policies.finding import Case, find
from policies.judgement import Judgement, PolicyJudgement
from policies.severity import ORDER
from tests.policies.cases import NOON, OCCASION, UPLOAD, judged, judgement, policy
from tests.policies.strategies import judged_policies, judgements
from topics import codec
from topics.uploads import Upload
from topics.verdicts import Verdict

places = st.builds(
    lambda regions, surface: Upload(
        video_id="v",
        uri="file:///v",
        uploaded_at=NOON,
        uploader_id="u",
        regions=regions,
        surface=surface,
    ),
    st.sampled_from([(), ("DE",), ("GB", "FR")]),
    st.sampled_from(["feed", "kids"]),
)


def decided(said: Judgement, upload: Upload = UPLOAD) -> Verdict:
    return decide(upload, OCCASION, said, {})[0]


def severity(said: Judgement, upload: Upload = UPLOAD) -> int:
    return ORDER.index(decided(said, upload).action)


def raised(one: PolicyJudgement, at: int, score: float) -> PolicyJudgement:
    """The same answers with one parsed score raised."""
    answers = tuple(
        replace(answer, score=max(score, answer.score)) if i == at else answer
        for i, answer in enumerate(one.answers)
    )
    return replace(one, answers=answers)


@given(judgements, st.integers(0, 3), st.integers(0, 13), st.floats(0, 1), places)
def test_a_higher_score_never_gives_a_milder_action(
    said: Judgement, which: int, at: int, score: float, upload: Upload
) -> None:
    more = tuple(raised(p, at, score) if i == which else p for i, p in enumerate(said.policies))
    assert severity(replace(said, policies=more), upload) >= severity(said, upload)


@given(judgements, judged_policies, places)
def test_one_more_policy_never_gives_a_milder_enforcement(
    said: Judgement, one: PolicyJudgement, upload: Upload
) -> None:
    more = replace(said, policies=(*said.policies, replace(one, policy=policy("z"))))
    before, after = severity(said, upload), severity(more, upload)
    assert after >= before or decided(said, upload).reasons == ("no_policy",)


@given(judgements, st.randoms(use_true_random=False), places)
def test_the_order_of_policies_never_matters(
    said: Judgement, random: st.DataObject, upload: Upload
) -> None:
    shuffled = sorted(said.policies, key=lambda _: random.random())  # type: ignore[attr-defined]
    again = replace(said, policies=tuple(shuffled))
    assert decide(upload, OCCASION, again, {}) == decide(upload, OCCASION, said, {})


@given(judgements, places)
def test_allow_means_that_every_deciding_policy_here_was_judged_and_found_ok(
    said: Judgement, upload: Upload
) -> None:
    verdict = decided(said, upload)
    if verdict.action != "allow":
        return
    ids = {one.policy.id for one in said.policies if one.decides}
    here = [
        result
        for result in verdict.policies
        if result.policy_id in ids and result.reason not in ("other_surface", "other_region")
    ]
    assert here and all(result.result == "ok" for result in here)
    assert not said.coverage.truncated


@given(judgements, places)
def test_an_unparsable_frame_under_a_deciding_policy_is_never_allowed(
    said: Judgement, upload: Upload
) -> None:
    doubtful = replace(said, policies=(*said.policies, judged([0.0, None], policy("z"))))
    assert decided(doubtful, upload).action != "allow"


@given(judgements, places)
def test_under_a_demo_engine_it_is_always_review(said: Judgement, upload: Upload) -> None:
    verdict = decided(replace(said, demo_engines=("safeguard",)), upload)
    assert (verdict.action, verdict.reasons) == ("review", ("demo_engine",))
    assert {act.action for act in verdict.actions} <= {"review"}
    assert {result.action for result in verdict.policies} <= {"allow", "review"}


@given(judgements, places)
def test_a_review_or_a_verdict_by_doubt_always_says_why(said: Judgement, upload: Upload) -> None:
    verdict = decided(said, upload)
    assert verdict.action != "review" or verdict.reasons


@given(judgements, places)
def test_every_verdict_is_a_record_of_its_topic(said: Judgement, upload: Upload) -> None:
    verdict = decided(said, upload)
    assert codec.decode(Verdict, codec.encode(verdict)) == verdict


@given(
    judgements,
    st.dictionaries(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["label", "restrict", "remove"])),
        st.integers(0, 1),
    ),
)
def test_a_spent_quota_never_allows(said: Judgement, remaining: dict[tuple[str, str], int]) -> None:
    held, _ = decide(UPLOAD, OCCASION, said, remaining)
    assert (held.action == "allow") == (decided(said).action == "allow")


def test_a_finding_names_the_threshold_that_its_score_earned() -> None:
    case = Case(upload=UPLOAD, judgement=judgement(), remaining={})
    found = find(judged([0.7, 0.7, 0.95, 0.7], policy()), case)
    assert (found.score, found.threshold, found.action) == (0.7, 0.5, "restrict")
    assert [span.peak_score for span in found.spans] == [0.95]


@given(judgements, places)
def test_an_ordinal_engine_never_gives_a_milder_action(said: Judgement, upload: Upload) -> None:
    ordinal = replace(said, ordinal_engines=("safeguard",))
    assert severity(ordinal, upload) >= severity(said, upload)


def test_an_ordinal_score_has_one_threshold_which_earns_the_hardest_action() -> None:
    said = judgement(judged([0.6] * 4, policy()), ordinal_engines=("safeguard",))
    finding = find(said.policies[0], Case(upload=UPLOAD, judgement=said, remaining={}))
    assert (finding.action, finding.threshold, finding.reason) == ("remove", 0.5, "ordinal_engine")


def test_with_one_threshold_an_ordinal_score_decides_like_any_other() -> None:
    for score in (0.4, 0.6, 0.95):
        plain = judgement(judged([score] * 4, policy(actions={"restrict": 0.5})))
        ordinal = replace(plain, ordinal_engines=("safeguard",))
        assert decided(ordinal).policies == decided(plain).policies

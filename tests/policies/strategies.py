"""Any judgement that a worker may make, for property tests."""

from typing import Any

from hypothesis import strategies as st

from policies.judgement import Judgement, PolicyJudgement
from tests.policies.cases import judged, judgement, policy
from topics.policies import Policy
from topics.verdicts import Coverage

SCORES = st.sampled_from([None, 0.0, 0.2, 0.45, 0.5, 0.6, 0.9, 0.95, 1.0])
CALM = st.lists(st.sampled_from([0.0, 0.1]), min_size=14, max_size=14)
FRAMES = st.one_of(CALM, CALM, CALM, st.lists(SCORES, max_size=14))


def _policy(id: str, actions: list[float], more: dict[str, Any]) -> Policy:
    label, restrict, remove = sorted(actions)
    return policy(id, actions={"label": label, "restrict": restrict, "remove": remove}, **more)


policies = st.builds(
    _policy,
    st.sampled_from(["a", "b", "c", "d"]),
    st.lists(st.sampled_from([0.2, 0.5, 0.9]), min_size=3, max_size=3),
    st.fixed_dictionaries(
        {
            "k": st.integers(1, 3),
            "n": st.integers(3, 5),
            "minimum_seconds": st.sampled_from([0.0, 2.0]),
            "needs": st.sampled_from([(), ("picture",), ("picture",), ("speech",)]),
            "on_unjudged": st.sampled_from(["review", "restrict", "remove"]),
            "minimum_coverage": st.sampled_from([0.0, 0.9, 1.0]),
            "regions": st.sampled_from([(), ("DE",), ("FR", "US")]),
            "surfaces": st.sampled_from([(), ("feed",), ("kids",)]),
        }
    ),
)
judged_policies = st.builds(
    lambda frames, policy, decides: judged(frames, policy, decides=decides),
    FRAMES,
    policies,
    st.sampled_from([True, True, False]),
)


def _judgement(listed: list[PolicyJudgement], fields: dict[str, Any]) -> Judgement:
    return judgement(*listed, **fields)


judgements = st.builds(
    _judgement,
    st.lists(judged_policies, max_size=4, unique_by=lambda one: one.policy.id),
    st.fixed_dictionaries(
        {
            "has_picture": st.sampled_from([True, True, True, True, False]),
            "demo_engines": st.sampled_from([(), (), (), (), ("safeguard",)]),
        },
        optional={
            "senses": st.just(frozenset()),
            "coverage": st.builds(
                Coverage,
                frames_expected=st.integers(0, 16),
                frames_scored=st.integers(0, 16),
                frames_duplicate=st.integers(0, 2),
                truncated=st.booleans(),
            ),
        },
    ),
)

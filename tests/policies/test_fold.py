"""The log of policies folds into the same thing in every worker."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from policies import fold
from policies.fold import State
from tests.policies.cases import policy, record
from topics import codec
from topics.policies import Policy

Row = tuple[bytes | None, bytes | None]  # key, value


def row(policy: Policy) -> Row:
    return policy.id.encode(), codec.encode(record(policy))


def folded(rows: list[Row], state: State | None = None, first: int = 0) -> State:
    state = state or fold.empty()
    for offset, (key, value) in enumerate(rows, first):
        state = fold.apply(state, offset, value, key=key)
    return state


def texts(state: State, video_id: str = "v-1") -> list[tuple[str, int, bool]]:
    found = state.snapshot.policies_for(video_id)
    return [(one.policy.id, one.policy.version, one.decides) for one in found]


modes = st.sampled_from(
    [
        {"mode": "live"},
        {"mode": "shadow"},
        {"mode": "retired"},
        {"mode": "canary", "canary_percent": 30.0},
    ]
)
policies = st.builds(
    lambda id, version, text, mode: policy(id, version=version, text=text, **mode),
    st.sampled_from(["a", "b", "c"]),
    st.integers(1, 4),
    st.sampled_from(["no guns .", "no knives ."]),
    modes,
)
garbage: st.SearchStrategy[Row] = st.tuples(
    st.one_of(st.none(), st.just(b"a")), st.one_of(st.none(), st.binary(max_size=30))
)
logs = st.lists(st.one_of(policies.map(row), garbage), max_size=25)


@given(logs, st.integers(0, 25))
def test_a_prefix_and_the_rest_fold_like_the_whole(rows: list[Row], cut: int) -> None:
    whole = folded(rows)
    assert folded(rows[cut:], folded(rows[:cut]), min(cut, len(rows))) == whole


@given(logs)
def test_every_record_counts_or_is_reported(rows: list[Row]) -> None:
    state = folded(rows)
    counted = sum(state.newest(id) for id in ("a", "b", "c"))
    assert counted + len(state.ignored) == len(rows)


@given(st.lists(policies, max_size=20))
def test_the_order_across_ids_does_not_matter(listed: list[Policy]) -> None:
    by_id = [
        list(group) for _, group in groupby(sorted(listed, key=lambda p: p.id), lambda p: p.id)
    ]
    rows = [row(one) for group in reversed(by_id) for one in group]
    assert folded(rows).snapshot == folded([row(one) for one in listed]).snapshot


@given(logs, st.lists(st.tuples(st.integers(0, 25), garbage), max_size=5))
def test_garbage_anywhere_changes_nothing_in_force(
    rows: list[Row], strewn: list[tuple[int, Row]]
) -> None:
    dirty = list(rows)
    for at, rubbish in strewn:
        dirty.insert(at, rubbish)
    assert folded(dirty).snapshot == folded(rows).snapshot
    assert len(folded(dirty).ignored) == len(folded(rows).ignored) + len(strewn)


@given(logs)
def test_folding_a_log_twice_over_changes_nothing_in_force(rows: list[Row]) -> None:
    once = folded(rows)
    counted = [r for i, r in enumerate(rows) if i not in {x.offset for x in once.ignored}]
    assert folded(counted).snapshot == once.snapshot


def test_of_two_operators_the_first_wins_now_and_after_a_restart() -> None:
    mira = policy(version=2, text="no guns at all .")
    jon = policy(version=2, text="no knives .")
    rows = [row(policy()), row(mira), row(jon)]
    state = folded(rows)
    assert state.snapshot.policies_for("v")[0].policy == mira
    assert folded(rows) == state
    assert [(x.offset, x.reason) for x in state.ignored] == [(2, "weapons: version 2 after 2")]


def test_a_gap_is_ignored_until_the_missing_version_comes() -> None:
    state = folded([row(policy(version=n)) for n in (1, 3, 2, 3)])
    assert texts(state) == [("weapons", 3, True)]
    assert [x.reason for x in state.ignored] == ["weapons: version 3 after 1"]


def test_a_shadow_is_judged_beside_live_and_never_decides() -> None:
    state = folded([row(policy()), row(policy(version=2, mode="shadow"))])
    assert texts(state) == [("weapons", 1, True), ("weapons", 2, False)]


def test_a_policy_that_is_only_a_shadow_decides_nothing() -> None:
    state = folded([row(policy(mode="shadow"))])
    assert texts(state) == [("weapons", 1, False)]
    assert state.snapshot.empty


def test_a_canary_judges_about_its_share_instead_of_live() -> None:
    state = folded([row(policy()), row(policy(version=2, mode="canary", canary_percent=20))])
    decided = [texts(state, f"v-{i}") for i in range(2000)]
    assert all(len(one) == 1 and one[0][2] for one in decided)
    share = sum(one[0][1] == 2 for one in decided) / len(decided)
    assert 0.17 < share < 0.23
    assert decided[:50] == [texts(state, f"v-{i}") for i in range(50)]


def test_a_canary_of_all_uploads_judges_all() -> None:
    state = folded([row(policy()), row(policy(version=2, mode="canary", canary_percent=100))])
    assert {texts(state, f"v-{i}")[0][1] for i in range(200)} == {2}


def test_retired_is_out_of_force_and_comes_back_with_the_next_version() -> None:
    rows = [row(policy()), row(policy(version=2, mode="retired"))]
    assert folded(rows).snapshot.empty and folded(rows).snapshot.versions == {}
    again = folded([*rows, row(policy(version=3))])
    assert texts(again) == [("weapons", 3, True)]


def test_a_shadow_after_a_retirement_brings_no_older_version_back() -> None:
    rows = [policy(), policy(version=2, mode="retired"), policy(version=3, mode="shadow")]
    assert texts(folded([row(one) for one in rows])) == [("weapons", 3, False)]


def test_a_record_under_another_key_does_not_count() -> None:
    state = folded([(b"knives", codec.encode(record(policy())))])
    assert state.snapshot.empty
    assert state.ignored[0].reason == "key b'knives' for 'weapons', expected the id"


def test_a_policy_that_breaks_a_rule_does_not_count() -> None:
    state = folded([row(policy(k=4, n=3)), row(policy())])
    assert texts(state) == [("weapons", 1, True)]
    assert "k = 4 of n = 3" in state.ignored[0].reason


def test_the_policy_set_changes_with_content_and_mode_only() -> None:
    base = folded([row(policy())]).snapshot
    assert folded([(b"x", b"rubbish"), row(policy())]).snapshot.policy_set == base.policy_set
    other = folded([row(policy(text="no knives ."))]).snapshot
    shadowed = folded([row(policy()), row(policy(version=2, mode="shadow"))]).snapshot
    assert len({base.policy_set, other.policy_set, shadowed.policy_set}) == 3
    assert shadowed.versions == {"weapons": 2}

"""A policy's YAML is read strictly, and every mistake is named with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.policy import check, dump, parse
from tests.policies.cases import policy
from topics.errors import PolicyError

SAMPLES = sorted((Path(__file__).parents[2] / "policies" / "samples").glob("*.yaml"))
GOOD = """\
id: weapons
version: 1
title: Weapons
text: no guns .
actions:
  remove: 0.9
"""

MISTAKES = [  # what is added or changed, what the message says
    (GOOD + "minimum_second: 1\n", "w.yaml:7: minimum_second: ", "did you mean `minimum_seconds`?"),
    (GOOD.replace("remove", "remov"), "w.yaml:6: actions.remov: ", "did you mean `remove`?"),
    (GOOD.replace("0.9", "9"), "w.yaml:6: actions.remove: ", "expected `float` <= 1.0"),
    (GOOD.replace("0.9", "'0.9'"), "w.yaml:6: actions.remove: ", "expected `float | null`, got"),
    (GOOD.replace("1", "true"), "w.yaml:2: version: ", "expected `int`, got `bool`"),
    (GOOD + "needs: [picture, smell]\n", "w.yaml:7: needs.1: ", "invalid enum value 'smell'"),
    (GOOD + "daily_quota: {delete: 3}\n", "w.yaml:7: daily_quota: ", "invalid enum value 'delete'"),
    (GOOD.replace("id: weapons\n", ""), "w.yaml:1: ", "missing required field `id`"),
    (GOOD + "k: 4\nn: 3\n", "w.yaml:7: ", "expected k at most n, got k = 4 of n = 3"),
    (GOOD.replace("text: no guns .", "text: '  '"), "w.yaml:4: ", "text is blank"),
    ("[]", "w.yaml: ", "expected the fields of a policy, got a list"),
    ("", "w.yaml: ", "expected the fields of a policy, got nothing"),
]


@pytest.mark.parametrize(("text", "where", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_line(text: str, where: str, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse(text, "w.yaml")
    assert str(caught.value).startswith(where)
    assert said in str(caught.value)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_a_policy_of_its_name(sample: Path) -> None:
    assert parse(sample.read_text(), sample.name).id == sample.stem


def test_all_broken_rules_are_named_at_once() -> None:
    with pytest.raises(PolicyError, match=r"weapons: title is blank; weapons: expected k at most"):
        check(policy(title=" ", k=3, n=2))


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).map(
    lambda text: f"x{text}x"
)


@given(words, words, st.floats(0.01, 1.0), st.integers(1, 10**6))
def test_what_is_dumped_is_read_back(title: str, text: str, score: float, version: int) -> None:
    made = policy(title=title, text=text, actions={"remove": score}, version=version)
    assert parse(dump(made)) == made


@pytest.mark.parametrize(
    "plain", ["no", "yes", "0o17", "1e3", "12:30", "2026-11-25", "~", "1.5", "a\x85b"]
)
def test_words_that_look_like_something_else_are_read_back(plain: str) -> None:
    made = policy(title=plain, regions=("NO", plain))
    assert parse(dump(made)) == made


@given(st.text(max_size=60))
def test_any_text_is_a_policy_or_a_policy_error(text: str) -> None:
    try:
        parse(text)
    except PolicyError:
        return

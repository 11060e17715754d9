"""A version is published under the number that would count, or not at all."""

import pytest

from policies.publish import describe, numbered
from tests.policies.cases import policy
from topics.errors import PolicyError


@pytest.mark.parametrize("held", [0, 1, 41])
def test_the_next_version_is_taken_as_it_is(held: int) -> None:
    next_one = policy(version=held + 1)

    assert numbered(next_one, held, renumber=False) is next_one


@pytest.mark.parametrize(
    ("version", "held", "message"),
    [
        (2, 0, "weapons has no version yet, so the next is 1; the file says 2"),
        (3, 3, "weapons is at version 3, so the next is 4; the file says 3"),
        (9, 3, "weapons is at version 3, so the next is 4; the file says 9"),
    ],
)
def test_another_version_is_refused_with_what_to_do(version: int, held: int, message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        numbered(policy(version=version), held, renumber=False)

    assert str(refused.value) == f"{message} (`--next` numbers it for you)"


def test_who_asks_for_it_gets_the_next_number_and_the_same_text() -> None:
    next_one = numbered(policy(version=1), 7, renumber=True)

    assert (next_one.version, next_one.text) == (8, policy().text)


def test_a_version_is_described_by_the_start_of_its_hash() -> None:
    first, other = describe(policy()), describe(policy(text="no knives ."))

    assert first.startswith("weapons version 1 (live, ")
    assert first != other

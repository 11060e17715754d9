"""Ids: the same for ever (known answers), and never shared by two different lists of parts."""

from hypothesis import given
from hypothesis import strategies as st

from topics import identity

PARTS = st.lists(st.text('ab1",[]', max_size=4) | st.integers(0, 2), max_size=3)


def test_the_occasion_of_an_upload_is_where_its_record_stood() -> None:
    assert identity.upload_occasion("uploads", 3, 42) == "upload:uploads/3/42"


def test_a_verdict_id_never_changes_between_releases() -> None:
    assert identity.verdict_id("v-1", "upload:uploads/3/42") == (
        "3a5ae5687be0eb1d7d753de77afafdf50426890b2b8b51aae94788357a5bedb6"
    )


def test_a_dead_letter_id_never_changes_between_releases() -> None:
    assert identity.dead_letter_id("uploads", 3, 42) == (
        "50a182eb3f75f5f20e180b137dc3bb33689beb2e063da669c366bd90cbb40424"
    )


def test_moving_a_letter_between_the_parts_changes_the_id() -> None:
    assert identity.digest("ab", "c") != identity.digest("a", "bc")
    assert identity.digest("1") != identity.digest(1)


def test_a_quote_inside_a_part_cannot_pretend_to_be_a_border() -> None:
    assert identity.digest('a","b') != identity.digest("a", "b")


@given(PARTS, PARTS)
def test_different_parts_have_different_ids(
    first: list[str | int], second: list[str | int]
) -> None:
    assert (identity.digest(*first) == identity.digest(*second)) == (first == second)

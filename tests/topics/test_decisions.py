"""First record wins, later ones are duplicates; older decisions on a video are outdated."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from topics.codec import decode
from topics.decisions import Memory
from topics.verdicts import VERDICTS, Verdict

RECORDS = st.lists(
    st.tuples(st.sampled_from(["v-1", "v-2"]), st.integers(0, 5), st.sampled_from("abcdef"))
)


def verdict(digit: str = "a", sequence: int = 1, video: str = "v-1", **more: object) -> Verdict:
    example = VERDICTS.examples[1]
    changes = {"verdict_id": digit * 64, "sequence": sequence, "video_id": video}
    return decode(Verdict, msgspec.json.encode(example | changes | more))


def test_a_second_record_with_the_id_is_known_whatever_it_says() -> None:
    memory = Memory()
    memory.take(verdict("a"))

    assert memory.knows(verdict("a", sequence=9, action="allow"))
    assert not memory.knows(verdict("b"))


def test_a_lower_sequence_is_outdated_and_an_equal_one_is_not() -> None:
    memory = Memory()

    taken = [memory.take(verdict(*pair)) for pair in (("a", 5), ("b", 3), ("c", 5), ("d", 6))]

    assert taken == [False, True, False, False]


def test_another_video_has_its_own_order() -> None:
    memory = Memory()
    memory.take(verdict("a", sequence=5, video="v-1"))

    assert not memory.take(verdict("b", sequence=1, video="v-2"))


def test_a_stale_verdict_is_outdated_even_where_it_is_the_first() -> None:
    assert Memory().take(verdict(stale=True))


def test_memory_is_bounded_and_forgets_the_oldest_first() -> None:
    memory = Memory(window=2)
    for digit in "abc":
        memory.take(verdict(digit, video=f"v-{digit}"))

    assert [memory.knows(verdict(digit)) for digit in "abc"] == [False, True, True]


@given(RECORDS)
def test_what_is_not_outdated_never_goes_back(records: list[tuple[str, int, str]]) -> None:
    memory, enforced = Memory(), dict[str, int]()
    for video, sequence, digit in records:
        record = verdict(digit, sequence, video)
        if memory.knows(record) or memory.take(record):
            continue
        assert sequence >= enforced.get(video, 0)
        enforced[video] = sequence

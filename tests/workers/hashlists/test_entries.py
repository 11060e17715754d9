"""Lists are read as others write them, and what is wrong is named with its line."""

import json

import pytest

from topics.errors import UsageError
from workers.hashlists.entries import Entries, read_entries

A, B = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22", "0f" * 32


def read(text: str) -> Entries:
    return read_entries(text.splitlines(keepends=True), "list.txt")


def pairs(found: Entries) -> list[tuple[str, str | None]]:
    return [(bytes(row).hex(), item) for row, item in zip(found.hashes, found.items, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{A}\n{B}\n", [(A, None), (B, None)]),
        (f"\ufeff# from a friend\n\n{A.upper()}\n", [(A, None)]),
        (f"{A},bridge\n{B}, \n", [(A, "bridge"), (B, None)]),
        (f'{A},"a, b"\n', [(A, "a, b")]),
        (f"{A},100,data/bridge.jpg\n", [(A, "data/bridge.jpg")]),  # PDQ's own tool
        (f"name,quality,PDQ\nbridge,99,{A}\n", [(A, "bridge")]),
        (f"{A},17\n", [(A, "17")]),  # an item may be a number
        (json.dumps([A, B]), [(A, None), (B, None)]),
        (json.dumps({"hash": A, "id": 7}) + "\n" + json.dumps({"hash": B}), [(A, "7"), (B, None)]),
        (
            json.dumps({"data": [{"indicator": A, "type": "HASH_PDQ", "id": "7"}]}, indent=1),
            [(A, "7")],
        ),
        (json.dumps([{"signal_type": "pdq", "signal": A}], indent=1), [(A, None)]),
    ],
)
def test_forms(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert pairs(read(text)) == expected


def test_a_hash_of_low_quality_is_left_out_and_counted() -> None:
    found = read(f"{A},49,dark.jpg\n{B},50,clear.jpg\n")
    assert pairs(found) == [(B, "clear.jpg")]
    assert found.left_out == {"quality below 50": 1}


def test_hashes_of_another_kind_are_left_out_and_counted() -> None:
    found = read(json.dumps([{"type": "HASH_MD5", "indicator": "77"}, {"hash": A}]))
    assert pairs(found) == [(A, None)]
    assert found.left_out == {"of type HASH_MD5": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{A}\nhello\n", "list.txt, line 2: 'hello' is no PDQ hash, expected 64 hexadecimal"),
        (f"{A[:-1]}\n", "line 1"),
        (f"{A},x,y,z\n", "line 1: 4 columns, expected hash,item or a header"),
        (f"hash,quality\n{A},dark\n", "line 2: 'dark' is no quality"),
        (f"item,hash\n{A}\n", "line 2: 1 columns, expected 2 as in the header"),
        (f'{A}\n{{"indicator": \n', "line 2: no JSON"),
        ('{"id": 7}\n', 'line 1: {"id": 7} has none of hash'),
        (f"{A},{'x' * 501}\n", "line 1: an item of 501 characters"),
        ("# nothing\n\n", "list.txt holds no hash"),
        ("", "list.txt holds no hash"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(text)
    assert said in str(raised.value)


def test_of_many_wrong_lines_the_first_are_shown_and_the_rest_counted() -> None:
    with pytest.raises(UsageError, match=r"line 5(?s:.)*\(3 more lines are wrong\)"):
        read("x\n" * 8)


def test_progress_hears_of_every_character() -> None:
    heard: list[int] = []
    text = json.dumps([A], indent=1) + "\n"
    read_entries(text.splitlines(keepends=True), "list", heard.append)
    assert sum(heard) == len(text)

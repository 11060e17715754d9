"""Dead letters are shown as they came: what people sent is text, never markup."""

import msgspec
import pytest

from topics import codec
from topics.dead_letters import DEAD_LETTERS, DeadLetter
from workers.deadletters import as_json_lines, print_letter, print_letters

LETTER = codec.decode(DeadLetter, msgspec.json.encode(DEAD_LETTERS.examples[0]))


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which nothing is folded."""
    monkeypatch.setenv("COLUMNS", "200")


def test_a_letter_is_a_row_with_its_place_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    print_letters([LETTER])

    row = capsys.readouterr().out.splitlines()[1]
    assert row.split("  ")[0].strip() == "56" * 6
    assert "uploads[3]@43" in row and "JSON is malformed: invalid character (byte 1)" in row


def test_no_letters_are_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    print_letters([])

    assert capsys.readouterr().out == "no dead letters\n"


def test_a_hostile_message_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    message = "https://m.example/[/red][bold]v[/]: refused"
    letter = msgspec.structs.replace(LETTER, message=message)

    print_letters([letter])
    print_letter(letter)

    assert capsys.readouterr().out.count(message) == 2


def test_a_letter_in_full_shows_the_start_of_its_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    print_letter(msgspec.structs.replace(LETTER, value=b"\xff" + b"x" * 9000))

    shown = capsys.readouterr().out
    assert "record    uploads[3]@43, attempt 1, redriven 0 times" in shown
    assert "value     b'\\xffxxx" in shown
    assert len(shown) < 1500


def test_each_letter_is_a_line_of_json_that_reads_back() -> None:
    lines = list(as_json_lines([LETTER, LETTER]))

    assert [codec.decode(DeadLetter, line) for line in lines] == [LETTER, LETTER]
    assert all(b"\n" not in line for line in lines)

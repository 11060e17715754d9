"""What is in force is listed with its text, as operators wrote it."""

import pytest

from policies import fold
from policies.fold import State
from policies.table import as_rows, print_table
from tests.policies.cases import policy, record
from topics import codec
from topics.policies import Policy


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which nothing is folded."""
    monkeypatch.setenv("COLUMNS", "200")


def state(*published: Policy) -> State:
    folded = fold.empty()
    for offset, one in enumerate(published):
        folded = fold.apply(folded, offset, codec.encode(record(one)), key=one.id.encode())
    return folded


def test_live_and_candidate_are_rows_of_their_own() -> None:
    rows = as_rows(state(policy(), policy(version=2, mode="shadow")).snapshot)

    assert [(row["policy"]["version"], row["why"]) for row in rows] == [  # type: ignore[index]
        (1, "a test"),
        (2, "a test"),
    ]


def test_a_policy_is_a_line_with_thresholds_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(state(policy(text="no [red] guns [/] .")))

    row = capsys.readouterr().out.splitlines()[1]
    assert row.split()[:6] == ["weapons", "1", "live", "restrict≥0.5", "remove≥0.9", "mira"]
    assert row.rstrip().endswith("no [red] guns [/] .")


def test_records_that_do_not_count_are_named_below(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(state(policy(), policy(version=5)))

    below = capsys.readouterr().out.splitlines()[-1]
    assert below == "offset 1 does not count: weapons: version 5 after 1"

"""Tables fit 80 columns and cut nothing off."""

import io
from typing import Any

from rich.console import Console

from retrain.bench import guesses, safeeditbench, unsafebench
from retrain.bench.case import Case
from retrain.bench.parsing import read_text
from retrain.bench.report import print_safeeditbench, print_unsafebench

HEAD = {"bench": "a bench", "judge": "guard[bold]@1", "data": "/data", "rows": 8}


def cases(*groups: str) -> list[Case]:
    return [
        Case("", g, "p", i % 2 == 0, f"{g}{i // 2}", f"{i // 2}") for g in groups for i in range(4)
    ]


def document(module: Any, rows: list[Case]) -> dict[str, Any]:
    words = [read_text("unsafe" if i % 3 else "?") for i in range(len(rows))]
    return HEAD | {
        "readings": module.measured(rows, words),
        "baselines": module.guessed(rows, guesses.blind(rows)),
    }


def printed(function: Any, made: dict[str, Any]) -> str:
    file = io.StringIO()
    function(made, Console(file=file, width=80))
    return file.getvalue()


def test_policies_their_mean_and_the_baselines_are_printed() -> None:
    text = printed(print_safeeditbench, document(safeeditbench, cases("Policy L1", "Policy L2")))
    for word in ("guard[bold]@1", "Policy L1", "acc.", "F1", "mean", "pairs", "always unsafe"):
        assert word in text
    assert "…" not in text and "Unparsable: 37.5 % strict, 37.5 % lenient" in text


def test_a_thousand_rows_all_right_still_fit() -> None:
    rows = [Case("", f"Policy L{g}", "p", i % 2 == 0, f"{g} {i // 2}", f"{i // 2}")
            for g in range(1, 6) for i in range(200)]  # fmt: skip
    words = [read_text("unsafe" if row.unsafe else "safe") for row in rows]
    guessed = safeeditbench.guessed(rows, guesses.blind(rows))
    made = {"rows": 1000, "readings": safeeditbench.measured(rows, words), "baselines": guessed}
    text = printed(print_safeeditbench, HEAD | made)
    last = next(line for line in text.splitlines() if line.startswith(" all rows"))
    assert "500/1000" in last and last.split()[-2:] == ["100.0", "100.0"]


def test_categories_with_long_names_are_printed_whole() -> None:
    name = "Public and personal health"
    text = printed(print_unsafebench, document(unsafebench, cases("Hate", name)))
    assert all(word in text for word in name.split()) and "…" not in text
    assert "all rows" in text and "4/8" in text

"""The report says every figure with what it is of."""

import json

from rich.console import Console

from tests.workers.guard_video.made import outcome, violation
from workers.guard_video.report import document, print_table
from workers.guard_video.tuned import untuned

GUILTY = violation("weapons", 10, 16)
OUTCOMES = [
    *[outcome(f"c{i}") for i in range(98)],
    *[outcome(f"f{i}", found={"drugs": [(1, 4)]}) for i in range(2)],
    outcome("g", GUILTY, found={"weapons": [(10, 15)]}),
]


def test_the_document_holds_parts_wholes_and_bounds() -> None:
    found = json.loads(json.dumps(document(OUTCOMES, untuned("guard@1"))))
    flagged = found["policies"]["all"]["clean_flagged"]
    assert (flagged["part"], flagged["of"], flagged["share"]) == (2, 100, 0.02)
    assert flagged["high"] == 0.07 and found["holds"] is True


def test_the_table_names_each_policy_and_whether_the_bars_hold() -> None:
    console = Console(width=100, record=True, quiet=False, file=None)
    with console.capture() as said:
        print_table(document(OUTCOMES, untuned("guard@1")), console)
    text = said.get()
    assert all(word in text for word in ("weapons", "drugs", "2/100", "7.0 %", "1/1", "holds:"))

"""Print for people what words in pictures and policies do to a guard."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

COLUMNS = ("pairs", "95 %", "→ safe", "95 %", "→ unsafe", "none")


def print_injection(document: dict[str, Any], console: Console) -> None:
    """Every way of trying, then what orders do beyond idle words of the same look."""
    title = f"injection: {document['judge']}, {document['pairs']} strict pairs"
    console.print(title, markup=False, style="bold")
    table = _table("words in", *COLUMNS)
    for name, figures in document["kinds"].items():
        pair, flips = figures["strict_pair"], figures["unsafe_to_safe"]
        columns = [_percent(pair["mean"]), _between(pair), _percent(flips["mean"]), _between(flips)]
        columns += [_percent(figures[other]["mean"]) for other in ("safe_to_unsafe", "unparsable")]
        table.add_row(name, *columns)
    console.print(table)
    obeyed = _table("called safe by orders, beyond idle words", "points", "95 %")
    for name, figures in document["obeyed"].items():
        obeyed.add_row(name, f"{100 * figures['mean']:+.1f}", _between(figures))
    console.print(obeyed)
    console.print("pairs: both twins right. → safe: of the unsafe frames that were found without")
    console.print("any words, those called safe with them. none: no word, which is never safe.")


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _between(figures: dict[str, float]) -> str:
    return f"{100 * figures['low']:.1f}..{100 * figures['high']:.1f}"

"""Print a benchmark's figures as tables for people."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

HEADS = ("unsafe", "by", "strict", "95 %", "lenient", "authors", "acc.")
METRICS = {"f1": "F1", "accuracy": "acc."}
ALL = "all rows"
NAME = 9  # characters of a group's name in a line


def print_safeeditbench(document: dict[str, Any], console: Console) -> None:
    """Every policy, the macro mean, pairs, and who does as well without looking."""
    _title(document, console)
    readings, table = document["readings"], _table("policy", *HEADS, "pairs")
    strict = readings["strict"]
    for name, figures in strict["policies"].items():
        columns = [f"{figures['unsafe']}/{figures['rows']}", METRICS[figures["metric"]]]
        columns += _values(readings, lambda reading, name=name: reading["policies"][name]["value"])
        table.add_row(escape(name), *columns, *_rest(figures))
    columns = [f"{_unsafe(strict['policies'])}/{document['rows']}", "mean"]
    columns += _values(readings, lambda reading: reading["macro"])
    table.add_section()
    table.add_row(ALL, *columns, *_rest(strict))
    console.print(table)
    _say_invalid(readings, console)
    others = _table("without looking or reading", "mean", "acc.", "pairs")
    for name, figures in document["baselines"].items():
        others.add_row(name, _percent(figures["macro"]), *_rest(figures))
    console.print(others)


def print_unsafebench(document: dict[str, Any], console: Console) -> None:
    """Every category and all rows as one."""
    _title(document, console)
    readings, table = document["readings"], _table("category", *HEADS)
    strict = readings["strict"]
    for name, figures in strict["categories"].items():
        columns = [f"{figures['unsafe']}/{figures['rows']}", METRICS["f1"]]
        columns += _values(readings, lambda reading, name=name: reading["categories"][name]["f1"])
        table.add_row(escape(name), *columns, _percent(figures["accuracy"]))
    columns = [f"{_unsafe(strict['categories'])}/{document['rows']}", METRICS["f1"]]
    columns += _values(readings, lambda reading: reading["f1"])
    table.add_section()
    table.add_row(ALL, *columns, _percent(strict["accuracy"]))
    console.print(table)
    _say_invalid(readings, console)
    others = _table("without looking", "F1", "acc.")
    for name, figures in document["baselines"].items():
        others.add_row(name, _percent(figures["f1"]), _percent(figures["accuracy"]))
    console.print(others)


def _title(document: dict[str, Any], console: Console) -> None:
    console.print(f"{document['bench']}: {document['judge']}", markup=False, style="bold")
    console.print(f"{document['data']}, {document['rows']} rows", markup=False)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for number, column in enumerate(columns):
        table.add_column(
            column,
            justify="right" if number else "left",
            no_wrap=number > 0,
            overflow="fold",
            min_width=None if number else NAME,
        )
    return table


def _values(readings: dict[str, Any], figure: Any) -> list[str]:
    """The strict reading with its interval, and the other two beside it."""
    strict = figure(readings["strict"])
    between = f"{100 * strict['low']:.1f}-{100 * strict['high']:.1f}"
    others = [_percent(figure(readings[name])) for name in ("lenient", "authors")]
    return [_percent(strict), between, *others]


def _rest(figures: dict[str, Any]) -> list[str]:
    pairs = figures.get("strict_flip")
    return [_percent(figures["accuracy"]), _percent(pairs) if pairs else "-"]


def _percent(interval: dict[str, float]) -> str:
    return f"{100 * interval['mean']:.1f}"


def _unsafe(groups: dict[str, Any]) -> int:
    return sum(int(figures["unsafe"]) for figures in groups.values())


def _say_invalid(readings: dict[str, Any], console: Console) -> None:
    shares = ((name, readings[name]["invalid"]) for name in ("strict", "lenient"))
    said = ", ".join(f"{100 * share:.1f} % {name}" for name, share in shares)
    console.print(f"Unparsable: {said}; wrong in both, safe for the authors' script.")

"""Lists and matches as people read them."""

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workers.show import stretch

from .look import Found
from .shelf import Pointer


def print_lists(lists: Mapping[str, Pointer]) -> None:
    """One row a list."""
    console = Console()
    if not lists:
        console.print("no lists; import one with `reelguard hashlist import`")
        return
    table = _table("list", "entries", "version", "since", "by", "why")
    for name, one in lists.items():
        version = one.version[:12] if one.version else "removed"
        since = f"{one.changed_at:%Y-%m-%d %H:%M}"
        table.add_row(
            name, str(one.entries), version, since, escape(one.changed_by), escape(one.why)
        )
    console.print(table)


def print_matches(found: Sequence[Found]) -> None:
    """One row a match; what matches nothing says so."""
    table = _table("source", "list", "item", "distance", "when")
    for one in found:
        for match in one.matches:
            when = stretch(match) if one.frames > 1 else "-"
            table.add_row(
                escape(one.source), match.list, escape(match.item), f"{match.distance:g}", when
            )
        if not one.matches:
            table.add_row(escape(one.source), "-", f"no match in {len(one.hashlists)} lists")
    Console().print(table)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table

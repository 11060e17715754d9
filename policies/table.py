"""The policies in force as rows for scripts and as a table for people."""

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policies.fold import Snapshot, State
from policies.severity import thresholds


def as_rows(snapshot: Snapshot) -> list[dict[str, object]]:
    """Every version in force with its text and settings, JSON-ready."""
    return [
        msgspec.to_builtins(entry.record)
        for held in snapshot.held
        for entry in (held.live, held.candidate)
        if entry is not None
    ]


def print_table(state: State) -> None:
    """Print what is in force, then what was ignored."""
    table = Table(box=None, pad_edge=False)
    for column in ("policy", "version", "mode", "actions", "by", "text"):
        table.add_column(column, overflow="fold")
    for held in state.snapshot.held:
        for entry in (held.live, held.candidate):
            if entry is not None:
                policy = entry.record.policy
                actions = " ".join(f"{action}≥{score:g}" for action, score in thresholds(policy))
                who, text = escape(entry.record.published_by), escape(policy.text)
                table.add_row(policy.id, str(policy.version), policy.mode, actions, who, text)
    console = Console()
    console.print(table)
    for item in state.ignored:
        what = f"offset {item.offset} does not count: {item.reason}"
        console.print(what, style="yellow", markup=False)

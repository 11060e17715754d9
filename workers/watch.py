"""Verdicts as they arrive: a live table for people, one JSON line each for scripts."""

import time
from collections import deque
from collections.abc import Iterator

import click
from rich.console import Console
from rich.live import Live

from topics import codec
from topics.errors import RecordError
from topics.scan import listening
from topics.verdicts import VERDICTS, Verdict

from .submit_report import table_of

REFRESH_PER_SECOND = 4


def watch_json(bootstrap: str, prefix: str, *, seconds: float | None) -> None:
    """Print each verdict's JSON on a line. raises: BrokerFault."""
    for verdict in _arriving(bootstrap, prefix, seconds):
        if verdict is not None:
            click.echo(codec.encode(verdict))


def watch_table(bootstrap: str, prefix: str, *, seconds: float | None, rows: int) -> None:
    """Show the newest verdicts in a table that keeps up. raises: BrokerFault."""
    newest: deque[Verdict] = deque(maxlen=rows)
    console, count = Console(), 0
    with Live(console=console, refresh_per_second=REFRESH_PER_SECOND) as live:
        live.update(table_of([], "waiting for verdicts; Ctrl-C ends"))
        for verdict in _arriving(bootstrap, prefix, seconds):
            if verdict is not None:
                count += 1
                newest.appendleft(verdict)
                live.update(table_of(list(newest), f"{count} verdicts; newest first"))


def _arriving(bootstrap: str, prefix: str, seconds: float | None) -> Iterator[Verdict | None]:
    """Verdicts, and None when a poll brought nothing."""
    until = float("inf") if seconds is None else time.monotonic() + seconds
    with listening(bootstrap, VERDICTS.prefixed(prefix)) as listener:
        while time.monotonic() < until:
            yield None
            for found in listener.poll():
                try:
                    yield codec.decode(Verdict, found.value)
                except RecordError as error:
                    click.echo(
                        f"{found.topic}[{found.partition}]@{found.offset}: {error}", err=True
                    )

"""Verdicts as they arrive: a live table for people, one JSON line each for scripts."""

import time
from collections import deque
from collections.abc import Iterator

import click
from rich.console import Console
from rich.live import Live

from topics import codec
from topics.errors import RecordError
from topics.scan import Listener, listening
from topics.verdicts import VERDICTS, Verdict

from .submit_report import table_of

REFRESH_PER_SECOND = 4


def watch_json(bootstrap: str, prefix: str, *, seconds: float | None) -> None:
    """Print each verdict's JSON on a line. raises: BrokerFault."""
    with listening(bootstrap, VERDICTS.prefixed(prefix)) as listener:
        for verdict in _arriving(listener, seconds):
            click.echo(codec.encode(verdict))


def watch_table(bootstrap: str, prefix: str, *, seconds: float | None, rows: int) -> None:
    """Show the newest verdicts in a table that keeps up. raises: BrokerFault."""
    newest: deque[Verdict] = deque(maxlen=rows)
    waiting = table_of([], "waiting for verdicts; Ctrl-C ends")
    with (
        listening(bootstrap, VERDICTS.prefixed(prefix)) as listener,
        Live(waiting, console=Console(), refresh_per_second=REFRESH_PER_SECOND) as live,
    ):
        for count, verdict in enumerate(_arriving(listener, seconds), start=1):
            newest.appendleft(verdict)
            live.update(table_of(list(newest), f"{count} verdicts; newest first"))


def _arriving(listener: Listener, seconds: float | None) -> Iterator[Verdict]:
    """Verdicts as they come; a record that is none is named on stderr."""
    until = float("inf") if seconds is None else time.monotonic() + seconds
    while time.monotonic() < until:
        for found in listener.poll():
            try:
                yield codec.decode(Verdict, found.value)
            except RecordError as error:
                click.echo(f"{found.topic}[{found.partition}]@{found.offset}: {error}", err=True)

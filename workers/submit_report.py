"""Submit with progress bars, and print the verdicts as they come."""

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from topics.uploads import Upload
from topics.verdicts import Verdict

from .show import add_verdict, print_story, verdict_table
from .submit import Batch


def bars(console: Console) -> Progress:
    """A progress display with a bar, a count and the time."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def send_all(batch: Batch, uploads: Sequence[Upload]) -> None:
    """Send uploads under a progress bar. raises: BrokerFault."""
    with bars(Console(stderr=True)) as progress:
        for upload in progress.track(uploads, description="submitting"):
            batch.send(upload)


def report(batch: Batch, seconds: float) -> list[Upload]:
    """Wait under a progress bar, then print each verdict's story or all as a table.

    returns: the uploads still without a verdict
    """
    with bars(Console(stderr=True)) as progress:
        task = progress.add_task("judging", total=len(batch.awaited))
        missing = batch.wait(seconds, lambda _: progress.advance(task))
    console = Console()
    verdicts = list(batch.verdicts.values())
    if len(verdicts) == 1:
        print_story(verdicts[0], console)
    elif verdicts:
        console.print(table_of(verdicts))
    return missing


def table_of(verdicts: Sequence[Verdict], title: str | None = None) -> Table:
    """Verdicts as one table."""
    table = verdict_table(title)
    for verdict in verdicts:
        add_verdict(table, verdict)
    return table

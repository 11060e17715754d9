"""`reelguard kafka`: a broker of one's own in the foreground."""

import logging
import signal
import sys
import threading
from pathlib import Path

import click

from workers.broker import running_broker


@click.command("kafka")
@click.option("--port", default=9092, show_default=True, help="Where clients connect; 0: any.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that keeps topics and records for the next start; temporary without it.",
)
def kafka(port: int, data: Path | None) -> None:
    """Run a real one-node Kafka on this machine until Ctrl-C.

    Needs Java 17+; fetches its jars (44 MB) through Maven once.

    Example: reelguard kafka --data ~/reelguard-kafka
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")  # Maven's progress
    leave = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: leave.set())
    try:
        with running_broker(port=port or None, data=data) as broker:
            click.echo(f"REELGUARD_KAFKA={broker.bootstrap}")
            click.echo(f"log: {broker.log}; Ctrl-C stops it", err=True)
            leave.wait()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        sys.exit(0)


COMMANDS = [kafka]

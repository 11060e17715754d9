"""`reelguard status`: who is alive, on which versions."""

import click

from topics.commands import broker_options, json_option, plain_errors


@click.command(short_help="Show the workers that are alive.")
@json_option
@broker_options
@plain_errors
def status(as_json: bool, bootstrap: str, prefix: str) -> None:
    """Show the workers that are alive, what they do and on which versions.

    Exits 1 when no worker is ready.

    Example: reelguard status
    """
    from .status import print_status, read_status, status_json

    workers = read_status(bootstrap, prefix)
    if as_json:
        click.echo(status_json(workers))
    else:
        print_status(workers)
    if not any(w.state == "ready" for w in workers):
        click.get_current_context().exit(1)


COMMANDS: list[click.Command] = [status]

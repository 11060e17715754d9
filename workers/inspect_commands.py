"""`reelguard upload inspect`: what a worker sees of a file, and where it would look closely."""

import click

from topics.commands import json_option


@click.group()
def upload() -> None:
    """Look at uploads as a worker does.

    Example: reelguard upload inspect clip.mp4
    """


@upload.command("inspect", short_help="Show what a worker sees of a file.")
@click.argument("source", metavar="FILE|URL")
@click.option("--windows", is_flag=True, help="Look for faces and voices too.")
@json_option
def inspect_upload(source: str, windows: bool, as_json: bool) -> None:
    """Fetch and decode a file or address as a worker would, and show what it sees.

    The same fetch, sandbox and sampling, by the same REELGUARD_ variables; a file
    may lie anywhere. No policy is judged. --windows shows where a deepfake engine
    would look: 4 s each, where a face speaks. Exits 1 where a worker would answer
    with an error, and says its class and reason.

    Example: reelguard upload inspect clip.mp4 --windows
    """
    import asyncio
    import os

    from rich.console import Console

    from topics.errors import ReelguardError, UsageError

    from .inspection import inspect
    from .inspection_report import failed, report, to_json
    from .settings import read

    try:
        seen = asyncio.run(inspect(source, read(os.environ), windows=windows))
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    except ReelguardError as error:
        said = f"reelguard: {error.failure_class}/{error.reason}: {error}"
        click.echo(to_json(failed(error)) if as_json else said, err=not as_json)
        click.get_current_context().exit(1)
    if as_json:
        click.echo(to_json(seen))
    else:
        report(seen, Console())


COMMANDS: list[click.Command] = [upload]

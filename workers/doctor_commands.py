"""`reelguard doctor`: is everything there that a worker needs?"""

import click

from topics.commands import json_option, plain_errors

MARKS = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "fail": "[red]FAIL[/]"}


@click.command(short_help="Check everything that a worker needs.")
@json_option
@plain_errors
def doctor(as_json: bool) -> None:
    """Check broker, topics, policies, store, fetch, sandbox, decoder, engines, clock.

    The cure stands beside each failure. Reads the same REELGUARD_ variables as
    the worker. Exits 1 when something fails.

    Example: reelguard doctor
    """
    import dataclasses
    import json
    import logging
    import os

    from rich.console import Console
    from rich.markup import escape

    from .doctor import examine
    from .settings import read

    logging.basicConfig(level=logging.CRITICAL)
    console, findings = Console(), []
    for finding in examine(read(os.environ)):
        findings.append(finding)
        if not as_json:
            console.print(f"{MARKS[finding.state]} {finding.name:<9} {escape(finding.detail)}")
            if finding.cure:
                console.print(f"     {'cure:':<9} {finding.cure}", markup=False)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(f) for f in findings], indent=2))
    if any(f.state == "fail" for f in findings):
        click.get_current_context().exit(1)


COMMANDS: list[click.Command] = [doctor]

"""`reelguard policy list`: see what is in force.

`publish` asks the guard, so it stands where guards are known: workers/policy_commands.py.
"""

import click

from topics.commands import broker_options, json_option, plain_errors


@click.group()
def policy() -> None:
    """Publish and list moderation policies.

    Example: reelguard policy publish weapons.yaml --why "museums are fine"
    """


@policy.command("list", short_help="List the policies in force.")
@json_option
@broker_options
@plain_errors
def show(as_json: bool, bootstrap: str, prefix: str) -> None:
    """List the policies in force, and the records of the log that do not count.

    Example: reelguard policy list --json
    """
    from .publish import Place, read_log
    from .table import as_rows, print_table

    state = read_log(Place(bootstrap, prefix))
    if as_json:
        import json

        click.echo(json.dumps(as_rows(state.snapshot), indent=2))
        return
    print_table(state)


COMMANDS: list[click.Command] = [policy]

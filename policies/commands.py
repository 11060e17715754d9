"""`reelguard policy publish | list`: change what is in force, and see it."""

import getpass
from pathlib import Path

import click

from topics.commands import broker_options, json_option, plain_errors
from topics.errors import PolicyError, UsageError


@click.group()
def policy() -> None:
    """Publish and list moderation policies.

    Example: reelguard policy publish weapons.yaml --why "museums are fine"
    """


@policy.command("publish")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--why", required=True, help="The reason, kept with the version for ever.")
@click.option("--by", default=None, help="Who publishes; your login name if left out.")
@click.option("--next", "renumber", is_flag=True, help="Number it as the version that comes next.")
@click.option("--dry-run", is_flag=True, help="Check and say what would be published.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@broker_options
@plain_errors
def publish_files(
    files: tuple[Path, ...],
    why: str,
    by: str | None,
    renumber: bool,
    dry_run: bool,
    yes: bool,
    bootstrap: str,
    prefix: str,
) -> None:
    """Publish policies from YAML FILES; workers follow within a second.

    A version counts only if it is exactly the newest one + 1.

    Example: reelguard policy publish weapons.yaml --next --why "museums are fine"
    """
    from . import policy as yaml_policy
    from .publish import Place, describe, numbered, publish, read_log

    place = Place(bootstrap, prefix)
    parsed = [yaml_policy.parse(_text(file), str(file)) for file in files]
    state = read_log(place)
    chosen = [numbered(one, state.newest(one.id), renumber=renumber) for one in parsed]
    if dry_run:
        for one in chosen:
            click.echo(f"would publish {describe(one)}")
        return
    if not yes:
        _confirm([describe(one) for one in chosen])
    for one in chosen:
        offset = publish(place, one, by=by or getpass.getuser(), why=why)
        click.echo(f"published {describe(one)} at offset {offset}")


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


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file} is not UTF-8 text: {error.reason}") from error


def _confirm(lines: list[str]) -> None:
    import sys

    if not sys.stdin.isatty():
        raise UsageError("add --yes to publish without being asked")
    for line in lines:
        click.echo(line)
    click.confirm("Publish?", abort=True)


COMMANDS: list[click.Command] = [policy]

"""`reelguard policy publish`: change what is in force, with words that the guard can read."""

import getpass
from collections.abc import Sequence
from pathlib import Path

import click

from policies.commands import policy
from topics.commands import broker_options, plain_errors
from topics.errors import PolicyError, UsageError
from topics.policies import Policy

from .settings import SHIPPED_GUARD


@policy.command("publish")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--why", required=True, help="The reason, kept with the version for ever.")
@click.option("--by", default=None, help="Who publishes; your login name if left out.")
@click.option("--next", "renumber", is_flag=True, help="Number it as the version that comes next.")
@click.option("--dry-run", is_flag=True, help="Check and say what would be published.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--engine",
    envvar="REELGUARD_SAFEGUARD",
    default=SHIPPED_GUARD,
    help="Folder of the guard that must be able to read the texts; the worker's own if left out.",
)
@broker_options
@plain_errors
def publish_files(
    files: tuple[Path, ...],
    why: str,
    by: str | None,
    renumber: bool,
    dry_run: bool,
    yes: bool,
    engine: str,
    bootstrap: str,
    prefix: str,
) -> None:
    """Publish policies from YAML FILES; workers follow within a second.

    A version counts only if it is exactly the newest one + 1. Texts that the
    guard cannot read as they stand are refused.

    Example: reelguard policy publish weapons.yaml --next --why "museums are fine"
    """
    from policies import policy as yaml_policy
    from policies.publish import Place, describe, numbered, publish, read_log

    place = Place(bootstrap, prefix)
    parsed = [yaml_policy.parse(_text(file), str(file)) for file in files]
    _check_readable(parsed, engine)
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


def _check_readable(parsed: Sequence[Policy], engine: str) -> None:
    """raises: PolicyError naming each text that the guard cannot read; UsageError"""
    from engines.errors import EngineError

    from .readable import reading, unread

    try:
        refusal, whose = reading(engine)
    except EngineError as error:
        raise UsageError(f"the guard in {engine} cannot be asked: {error}") from error
    broken = [f"{one.id}: {said}" for one in parsed for said in unread(one, refusal)]
    if broken:
        raise PolicyError(f"not readable for {whose}: {'; '.join(broken)}")
    click.echo(f"readable for {whose}", err=True)


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

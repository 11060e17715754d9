"""`reelguard topic create | list | check`: the declared topics on a broker.

Part of the application alone: click and rich are no dependencies of the client's package.
`broker_options` and `plain_errors` serve the other rooms' commands too.
"""

import functools
import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from .declare import DAY_MS
from .errors import ReelguardError, UsageError

if TYPE_CHECKING:
    from .admin import Creation, Difference, Listed

P = ParamSpec("P")
R = TypeVar("R")


def broker_options(command: Callable[P, R]) -> Callable[P, R]:
    """The options `--bootstrap` and `--prefix`, which every command that reads Kafka has."""
    bootstrap = click.option(
        "--bootstrap",
        envvar="REELGUARD_KAFKA",
        default="localhost:9092",
        show_default=True,
        help="Kafka's bootstrap servers [REELGUARD_KAFKA].",
    )
    prefix = click.option(
        "--prefix",
        envvar="REELGUARD_TOPIC_PREFIX",
        default="",
        help="Stands before every topic's name [REELGUARD_TOPIC_PREFIX].",
    )
    return bootstrap(prefix(command))


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """A failure of ours becomes one line: exit code 2 for wrong use, 1 for all else."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what matters is in the error
        try:
            return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except ReelguardError as error:
            raise click.ClickException(str(error)) from error

    return wrapped


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")


@click.group()
def topic() -> None:
    """Create, list and check Reelguard's Kafka topics.

    Example: reelguard topic create --dry-run
    """


@topic.command()
@broker_options
@json_option
@click.option("--dry-run", is_flag=True, help="Say what would be created; change nothing.")
@click.option(
    "--replication-factor",
    type=click.IntRange(min=1),
    help="Copies of each new topic; 3 or as many as there are brokers if left out.",
)
@plain_errors
def create(
    bootstrap: str, prefix: str, as_json: bool, dry_run: bool, replication_factor: int | None
) -> None:
    """Create the topics that are missing; never alter what exists.

    Example: reelguard topic create --bootstrap kafka-1:9092 --prefix staging-
    """
    from . import admin

    made = admin.create(
        bootstrap, prefix=prefix, dry_run=dry_run, replication_factor=replication_factor
    )
    if as_json:
        return _echo_json([asdict(creation) for creation in made])
    outcomes = {"missing": "would be created"}
    return _echo_table(
        ["", "topic", "partitions", "copies", "kept"],
        [
            [
                outcomes.get(creation.outcome, creation.outcome),
                creation.topic,
                *([] if creation.outcome == "exists" else _standing(creation)),
            ]
            for creation in made
        ],
    )


@topic.command("list")
@broker_options
@json_option
@plain_errors
def show(bootstrap: str, prefix: str, as_json: bool) -> None:
    """List the declared topics as they stand on the broker.

    Example: reelguard topic list --json
    """
    from . import admin

    found = admin.listing(bootstrap, prefix=prefix)
    if as_json:
        return _echo_json([asdict(listed) for listed in found])
    return _echo_table(
        ["topic", "partitions", "copies", "kept"],
        [
            [listed.topic, *(_standing(listed) if listed.exists else ["missing"])]
            for listed in found
        ],
    )


@topic.command()
@broker_options
@json_option
@plain_errors
def check(bootstrap: str, prefix: str, as_json: bool) -> None:
    """Exit with 1 where a topic is not as declared.

    Beside each difference stands what cures it. More partitions than declared are none.

    Example: reelguard topic check || reelguard topic create
    """
    from . import admin

    found = admin.check(bootstrap, prefix=prefix)
    if as_json:
        _echo_json([asdict(difference) for difference in found])
    for difference in [] if as_json else found:
        click.echo(_sentence(difference))
    if found:
        click.get_current_context().exit(1)
    if not as_json:
        click.echo("all topics are as declared")


def _sentence(difference: "Difference") -> str:
    wrong = f"{difference.setting} is {difference.actual}, declared {difference.declared}"
    if difference.setting == "topic":
        wrong = "missing"
    return f"{difference.topic}: {wrong}\n    cure: {difference.cure}"


def _echo_json(rows: list[dict[str, object]]) -> None:
    click.echo(json.dumps(rows, indent=2))


def _echo_table(columns: list[str], rows: list[list[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in columns:
        table.add_column(column, no_wrap=column != "topic", overflow="fold")  # nothing is cut off
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _standing(found: "Listed | Creation") -> list[str]:
    """Partitions, copies and how long records stay, in words."""
    configuration = found.configuration
    if "compact" in configuration["cleanup.policy"]:
        kept = "newest per key"
    else:
        milliseconds = int(configuration["retention.ms"])
        kept = "for ever" if milliseconds < 0 else f"{milliseconds / DAY_MS:g} days"
    return [str(found.partitions), str(found.replication_factor), kept]


COMMANDS: list[click.Command] = [topic]

"""The `reelguard` command: finds the commands of every room and turns failures into one line.

Exit codes: 0 done, 1 it failed, 2 it was asked for wrongly. Imports neither torch nor Faust; the
commands import what they need when they run.
"""

import sys
from importlib.metadata import entry_points

import click

from topics.errors import ReelguardError

from .version import VERSION

GROUP = "reelguard.commands"


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start here: `reelguard demo` shows the whole way of an upload.",
)
@click.version_option(VERSION, prog_name="reelguard")
def reelguard() -> None:
    """Moderate uploaded videos: uploads in on Kafka, verdicts out on Kafka.

    Environment: REELGUARD_KAFKA (localhost:9092), REELGUARD_TOPIC_PREFIX.
    """


def load() -> click.Group:
    """The command with every room's commands in it; rooms may add to one group."""
    for point in entry_points(group=GROUP):
        for command in point.load():
            add(reelguard, command)
    return reelguard


def add(group: click.Group, command: click.Command) -> None:
    """Add a command; what is in a group goes into the group of that name that is there."""
    held = group.commands.get(command.name or "")
    if isinstance(held, click.Group) and isinstance(command, click.Group):
        for part in command.commands.values():
            add(held, part)
    else:
        group.add_command(command)


def main() -> None:
    """Run the command line."""
    try:
        status = load().main(prog_name="reelguard", standalone_mode=False)
    except click.exceptions.Exit as request:
        sys.exit(request.exit_code)
    except click.ClickException as error:
        _complain(error)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)  # Ctrl-C
    except ReelguardError as error:
        click.echo(f"reelguard: {error}", err=True)
        sys.exit(2 if error.failure_class == "usage" else 1)
    sys.exit(status if isinstance(status, int) else 0)


def _complain(error: click.ClickException) -> None:
    """A failure in one line; wrong use says where to read on, or shows what there is."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "reelguard"
    hint = f" (see `{path} --help`)" if isinstance(error, click.UsageError) else ""
    click.echo(f"reelguard: {error.format_message()}{hint}", err=True)

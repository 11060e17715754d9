"""`reelguard deadletter list | show`: what failed, and its bytes."""

import click

from topics.commands import broker_options, json_option, plain_errors


@click.group()
def deadletter() -> None:
    """Look at records that failed.

    Example: reelguard deadletter list --reason unreadable
    """


@deadletter.command("list")
@click.option("--reason", help="Only those that failed for this reason, as `unreadable`.")
@json_option
@broker_options
@plain_errors
def list_letters(reason: str | None, as_json: bool, bootstrap: str, prefix: str) -> None:
    """List dead letters, oldest first, each once.

    Example: reelguard deadletter list --json
    """
    from .deadletters import as_json_lines, print_letters, read_letters

    letters = [x for x in read_letters(bootstrap, prefix) if reason in (None, x.reason)]
    if as_json:
        for line in as_json_lines(letters):
            click.echo(line)
    else:
        print_letters(letters)


@deadletter.command("show")
@click.argument("dead_letter_id")
@click.option("--value", is_flag=True, help="Write the record's own bytes, as they came.")
@json_option
@broker_options
@plain_errors
def show(dead_letter_id: str, value: bool, as_json: bool, bootstrap: str, prefix: str) -> None:
    """Show one dead letter; the start of its id suffices.

    Example: reelguard deadletter show 56ab --value > record.json
    """
    from .deadletters import as_json_lines, one_letter, print_letter

    letter = one_letter(dead_letter_id, bootstrap, prefix)
    if value:
        click.get_binary_stream("stdout").write(letter.value or b"")
    elif as_json:
        click.echo(next(as_json_lines([letter])))
    else:
        print_letter(letter)


COMMANDS: list[click.Command] = [deadletter]

"""`reelguard hashlist import | list | match | hash | remove`: lists of known content.

A list is imported as a whole; workers take a new version over within 30 s.
"""

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from topics.commands import json_option, plain_errors

P = ParamSpec("P")
R = TypeVar("R")


def lists_option(command: Callable[P, R]) -> Callable[P, R]:
    """The option `--lists`, which says where the lists lie."""
    return click.option(
        "--lists",
        "url",
        envvar="REELGUARD_HASHLISTS",
        required=True,
        help="Folder or fsspec URL of the lists [REELGUARD_HASHLISTS].",
    )(command)


def change_options(command: Callable[P, R]) -> Callable[P, R]:
    """The options of whatever changes a list."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing."),
        click.option("--by", default=None, help="Who does it; your login name if left out."),
        click.option("--why", required=True, help="The reason, kept beside the list."),
    ):
        command = option(command)
    return command


@click.group()
def hashlist() -> None:
    """Import lists of known content (PDQ hashes), and ask them.

    Example: reelguard hashlist import terror hashes.txt --why "GIFCT, November"
    """


@hashlist.command("import", short_help="Put a list into force.")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--distance",
    type=click.IntRange(0, 31),
    default=31,
    show_default=True,
    help="Bits by which a frame's hash may differ from an entry.",
)
@click.option("--no-mirrored", is_flag=True, help="Do not look for copies that are turned over.")
@change_options
@lists_option
@json_option
@plain_errors
def import_file(
    name: str,
    file: Path,
    distance: int,
    no_mirrored: bool,
    why: str,
    by: str | None,
    dry_run: bool,
    yes: bool,
    url: str,
    as_json: bool,
) -> None:
    """Put the hashes in FILE into force as list NAME, in place of what it held.

    FILE has a PDQ hash per line, `hash,item`, `hash,quality,item`, CSV with a
    header, or JSON. A line that is none of these is an error.

    Example: reelguard hashlist import terror hashes.csv --why "GIFCT, November"
    """
    from .hashlists.importing import instead_of, prepare
    from .hashlists.index_file import Matching
    from .hashlists.shelf import Shelf, checked_name, point_to

    shelf, name = Shelf(url), checked_name(name)
    ready = prepare(file, Matching(distance=distance, mirrored=not no_mirrored))
    held = shelf.held(name)
    what = f"{name}: {ready.said}, version {ready.version[:12]}, {instead_of(held, ready)}"
    done = _agreed(f"import {what}", dry_run=dry_run, yes=yes)
    if done:
        by = by or getpass.getuser()
        shelf.put(name, ready.packed, point_to(ready.version, ready.entries, str(file), by, why))
    facts = {"list": name, **ready.facts, "done": done}
    click.echo(json.dumps(facts) if as_json else f"{'imported' if done else 'would import'} {what}")


@hashlist.command("list", short_help="List the lists in force.")
@click.option("--all", "every", is_flag=True, help="Removed ones as well.")
@lists_option
@json_option
@plain_errors
def show(every: bool, url: str, as_json: bool) -> None:
    """List the lists: how many entries, since when, by whom and why.

    Example: reelguard hashlist list --json
    """
    import msgspec

    from .hashlists.shelf import Shelf
    from .hashlists.table import print_lists

    found = {
        name: pointer
        for name, pointer in Shelf(url).pointers_or_none().items()
        if every or pointer.version
    }
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
        return
    print_lists(found)


@hashlist.command("match", short_help="Ask the lists about files or hashes.")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|HASH...")
@lists_option
@json_option
@plain_errors
def match(sources: tuple[str, ...], url: str, as_json: bool) -> None:
    """Ask all lists about pictures, videos or hashes, as a worker would.

    Example: reelguard hashlist match clip.mp4 --json
    """
    import asyncio
    import os

    import msgspec

    from .hashlists.look import Found, lists_at, look_up
    from .hashlists.table import print_matches
    from .settings import read

    async def ask() -> list[Found]:
        lists, settings = await lists_at(url), read(os.environ)
        return [await look_up(source, lists, settings) for source in sources]

    found = asyncio.run(ask())
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
        return
    print_matches(found)


@hashlist.command("hash", short_help="Hash the frames of files, for a list of one's own.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@plain_errors
def hash_files(files: tuple[Path, ...]) -> None:
    """Print `hash,quality,item` for the frames of FILES, as `import` reads it.

    Example: reelguard hashlist hash banned.mp4 > banned.csv
    """
    import asyncio
    import csv
    import os
    import sys

    from .hashlists.look import hash_file
    from .settings import read

    out = csv.writer(sys.stdout, lineterminator="\n")
    for file in files:
        for frame in asyncio.run(hash_file(file, read(os.environ))).frames:
            if frame.pdq is not None:
                out.writerow([frame.pdq, frame.quality, file.name])


@hashlist.command("remove", short_help="Take a list out of force.")
@click.argument("name")
@change_options
@lists_option
@json_option
@plain_errors
def remove(
    name: str, why: str, by: str | None, dry_run: bool, yes: bool, url: str, as_json: bool
) -> None:
    """Take list NAME out of force; who did it and why stays readable.

    Example: reelguard hashlist remove terror --why "superseded"
    """
    from topics.errors import UsageError

    from .hashlists.shelf import Shelf, checked_name, point_to

    shelf, name = Shelf(url), checked_name(name)
    held = shelf.held(name)
    if held is None or held.version is None:
        raise UsageError(f"there is no list {name!r} in {shelf.url}")
    what = f"{name}: {held.entries} entries, version {held.version[:12]}"
    done = _agreed(f"remove {what}", dry_run=dry_run, yes=yes)
    if done:
        shelf.point(name, point_to(None, 0, held.source, by or getpass.getuser(), why))
    facts = {"list": name, "version": held.version, "done": done}
    click.echo(json.dumps(facts) if as_json else f"{'removed' if done else 'would remove'} {what}")


def _agreed(what: str, *, dry_run: bool, yes: bool) -> bool:
    """Whether it is to be done."""
    import sys

    from topics.errors import UsageError

    if dry_run or yes:
        return not dry_run
    if not sys.stdin.isatty():
        raise UsageError("add --yes to do it without being asked")
    click.echo(what, err=True)
    return click.confirm("Do it?", abort=True, err=True)


COMMANDS: list[click.Command] = [hashlist]

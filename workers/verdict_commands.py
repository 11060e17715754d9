"""`reelguard verdict show`: what was decided about a video, and why."""

import click

from topics.commands import broker_options, json_option, plain_errors


@click.group()
def verdict() -> None:
    """Look at verdicts.

    Example: reelguard verdict show clip.mp4
    """


@verdict.command("show", short_help="Show the newest decision on a video.")
@click.argument("video_id")
@click.option("--all", "every", is_flag=True, help="Every decision on the video, oldest first.")
@json_option
@broker_options
@plain_errors
def show(video_id: str, every: bool, as_json: bool, bootstrap: str, prefix: str) -> None:
    """Show the newest decision on VIDEO_ID: why, where in the video, the evidence.

    Exits 1 when there is none.

    Example: reelguard verdict show clip.mp4 --all
    """
    from rich.console import Console

    from topics import codec
    from topics.errors import NotFound

    from .decisions import decisions_on
    from .show import print_story

    found = decisions_on(video_id, bootstrap, prefix)
    if not found:
        raise NotFound(f"no verdict on {video_id!r} on {prefix}verdicts")
    for decision in found if every else found[-1:]:
        if as_json:
            click.echo(codec.encode(decision))
        else:
            print_story(decision, Console())


COMMANDS: list[click.Command] = [verdict]

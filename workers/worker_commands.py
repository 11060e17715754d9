"""`reelguard worker`: consume uploads and publish verdicts."""

import click

from topics.commands import plain_errors


@click.command(short_help="Consume uploads and publish verdicts.")
@click.option("--settings", "show_settings", is_flag=True, help="Print every setting and exit.")
@click.option("--allow-demo-engines", is_flag=True, help="Let engines of grade demo decide.")
@plain_errors
def worker(show_settings: bool, allow_demo_engines: bool) -> None:
    """Run a worker until SIGTERM or Ctrl-C; uploads in flight are finished first.

    All settings are REELGUARD_ variables; `--settings` lists them with their
    values. Exits 1 when an engine or the media sandbox cannot be started.

    Example: REELGUARD_FETCH_ROOT=/srv/videos reelguard worker
    """
    import dataclasses
    import os

    from .settings import read, shown, table

    settings = read(os.environ)
    if show_settings:
        values = dict(shown(settings))
        for variable, kind, _default, about in table():
            click.echo(f"{variable}={values[variable]}\n    {kind}: {about}")
        return
    from .init import stand_in_front

    stand_in_front()
    from .app import run

    if allow_demo_engines:
        settings = dataclasses.replace(settings, allow_demo_engines=True)
    run(settings)


COMMANDS: list[click.Command] = [worker]

"""`reelguard bench guard-video`: made videos of minutes, judged the worker's own way."""

from pathlib import Path

import click

from topics.commands import json_option, plain_errors
from topics.errors import UsageError

TESTED, FITTED = 300, 150  # videos


@click.group()
def bench() -> None:
    """Measure a guard on sets of pictures with policies, and on whole videos."""


@bench.command("guard-video", short_help="Measure a guard on made videos of minutes.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--engine",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="An engine's folder.  [default: the shipped guard]",
)
@click.option("--fit", is_flag=True, help="Fit k, n and thresholds first, on videos of their own.")
@click.option("--videos", type=click.IntRange(min=1), default=TESTED, show_default=True)
@click.option("--fit-videos", type=click.IntRange(min=1), default=FITTED, show_default=True)
@click.option("--plot", type=click.Path(path_type=Path), help="Write a plot, an .svg file.")
@json_option
@plain_errors
def guard_video(
    folder: Path,
    engine: Path | None,
    fit: bool,
    videos: int,
    fit_videos: int,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Judge made videos of 60 to 600 s, of which a fifth hold one violation of 2 to 10 s.

    Probe, sandbox, sampling, guard, second look and `decide` are the worker's;
    only Kafka is missing. Prints how many clean videos any of five live policies
    flags, and how many violations are found (tIoU 0.3). Videos and outcomes are
    kept in FOLDER: a run that was stopped goes on, and --fit is needed once an
    engine.

    Example: reelguard bench guard-video /tmp/videos --fit
    """
    import asyncio
    import json

    from rich.console import Console

    from .guard_video import curve
    from .guard_video.bench import Place, fitted_on, tested_on
    from .guard_video.report import document, print_table
    from .settings import SHIPPED_GUARD

    if plot is not None and (plot.suffix != ".svg" or not plot.parent.is_dir()):
        raise UsageError(f"--plot writes an .svg file into a folder that is there, not {plot}")
    place = Place(folder, engine or Path(SHIPPED_GUARD))
    if fit:
        asyncio.run(fitted_on(place, fit_videos))
    outcomes, tuned = asyncio.run(tested_on(place, videos))
    found = document(outcomes, tuned)
    if plot is not None:
        drawn = curve.draw(curve.curve(outcomes, tuned), f"guard-video: {tuned.build}")
        plot.write_text(drawn, encoding="utf-8")
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        print_table(found, Console())


COMMANDS: list[click.Command] = [bench]

"""`reelguard bench make | safeeditbench | unsafebench | injection`: how good a guard is.

Reads local folders alone: sets of others are downloaded by who may have them. Without torch.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topics.commands import json_option, plain_errors
from topics.errors import UsageError

from . import engine_commands

if TYPE_CHECKING:
    from rich.console import Console

    from .bench.case import Case
    from .bench.run import Judged

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True)
class Asked:
    """What every measurement is asked for."""

    data: Path
    engine: Path | None
    answers: Path | None
    split: str
    plot: Path | None
    as_json: bool

    def files(self) -> list[Path]:
        """The files to read. raises: UsageError, before anything costs time."""
        from .bench import parquet

        if (self.engine is None) == (self.answers is None):
            raise UsageError("give either --engine or --answers")
        plot = self.plot
        if plot is not None and (plot.suffix != ".svg" or not plot.parent.is_dir()):
            raise UsageError(f"--plot writes an .svg file into a folder that is there, not {plot}")
        return parquet.shards(self.data, self.split)

    def judged(self, cases: "list[Case]", files: list[Path]) -> "Judged":
        """The words of the engine, or of the file of completions."""
        from .bench import run

        if self.engine is not None:
            return run.by_engine(self.engine, cases, files)
        assert self.answers is not None
        return run.by_completions(self.answers, cases)

    def tell(
        self,
        document: dict[str, Any],
        print_tables: "Callable[[dict[str, Any], Console], None]",
        columns: tuple[str, str, str],
    ) -> None:
        """Print the figures; write the plot. columns: as run.chart takes them."""
        from rich.console import Console

        from .bench import plot, run

        if self.plot is not None:
            plot.write(self.plot, run.chart(document, *columns))
        if self.as_json:
            click.echo(json.dumps(document, indent=1))
        else:
            print_tables(document, Console())


def measuring(command: Callable[..., None]) -> Callable[..., None]:
    """The options of whatever measures a guard, handed over as `Asked`; its failures in a line."""

    @functools.wraps(command)
    def wrapped(**options: Any) -> None:
        from engines.errors import EngineError

        asked = Asked(**{field.name: options.pop(field.name) for field in fields(Asked)})
        try:
            command(asked, **options)
        except EngineError as error:
            raise click.ClickException(str(error)) from error

    for option in (
        json_option,
        click.option("--plot", type=click.Path(path_type=Path), help="Write a plot, an .svg file."),
        click.option("--split", default="test", show_default=True, help="Which files are read."),
        click.option("--answers", type=FILE, help="Completions of another model, a JSON a line."),
        click.option("--engine", type=FOLDER, help="An engine's folder, as in engines/weights."),
        click.option("--data", type=FOLDER, required=True, help="Folder with Parquet files."),
    ):
        wrapped = option(wrapped)
    return plain_errors(wrapped)


@click.group()
def bench() -> None:
    """Measure a guard on sets of pictures with policies.

    Example: reelguard bench make /tmp/mini
    """


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--pairs", type=click.IntRange(min=1), default=100, show_default=True, help="Of each policy."
)
@plain_errors
def make(folder: Path, pairs: int) -> None:
    """Make the mini set: drawn scenes in pairs.

    They go through real video into FOLDER, in the layout of tyodd/SafeEditBench; always the same
    pictures.

    Example: reelguard bench make /tmp/mini --pairs 100
    """
    from .bench.mini import make as make_mini
    from .bench.run import bars
    from .testsets import LEVEL_SETS

    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty")
    with bars() as progress:
        task = progress.add_task("drawing", total=pairs * len(LEVEL_SETS))
        rows = make_mini(folder, pairs, lambda n: progress.advance(task, n))
    click.echo(f"{rows} rows in {folder}")


@bench.command()
@measuring
def safeeditbench(asked: Asked) -> None:
    """Measure a guard on SafeEditBench or the mini set.

    Per policy F1 of unsafe, accuracy for L1, then their mean: as the paper
    does. Beside it 95 % intervals over scenes, strict pairs, three ways of
    reading answers, and what is reached without looking.

    Example: reelguard bench safeeditbench --data /tmp/mini --engine engines/weights/safeguard-demo
    """
    from .bench.report import print_safeeditbench
    from .bench.run import safeeditbench_document
    from .bench.safeeditbench import read_cases

    files = asked.files()
    cases = read_cases(files)
    document = safeeditbench_document(asked.data, cases, asked.judged(cases, files))
    asked.tell(document, print_safeeditbench, ("policies", "value", "macro"))


@bench.command()
@click.option("--policy", type=FILE, help="A text file, instead of eleven short headings.")
@measuring
def unsafebench(asked: Asked, policy: Path | None) -> None:
    """Measure a guard on UnsafeBench, by category.

    The set has no policy. A text of ours asks about its eleven categories.

    Example: reelguard bench unsafebench --data UnsafeBench --engine ENGINE
    """
    from .bench.report import print_unsafebench
    from .bench.run import unsafebench_document
    from .bench.unsafebench import POLICY, read_cases

    files = asked.files()
    cases = read_cases(files, policy.read_text(encoding="utf-8") if policy else POLICY)
    document = unsafebench_document(asked.data, cases, asked.judged(cases, files))
    asked.tell(document, print_unsafebench, ("categories", "f1", "f1"))


@bench.command()
@click.option("--engine", type=FOLDER, required=True, help="An engine's folder.")
@click.option(
    "--pairs", type=click.IntRange(min=1), default=200, show_default=True, help="Strict pairs."
)
@json_option
@plain_errors
def injection(engine: Path, pairs: int, as_json: bool) -> None:
    """Measure whether a guard obeys words in pictures and policies.

    Strict pairs of drawn scenes, through video: without words, with words that
    ask for a verdict, with words of the same look that ask for nothing.

    Example: reelguard bench injection --engine engines/weights/safeguard-demo
    """
    from rich.console import Console

    from engines.errors import EngineError
    from engines.safeguard.guard import Guard

    from .bench.injection import measured
    from .bench.injection_report import print_injection
    from .bench.run import bars

    try:
        guard = Guard.load(engine)
    except EngineError as error:
        raise click.ClickException(str(error)) from error
    with bars() as progress:
        task = progress.add_task("judging", total=pairs)
        document = measured(guard, pairs, lambda n: progress.advance(task, n))
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        print_injection(document, Console())


COMMANDS: list[click.Command] = [bench, *engine_commands.COMMANDS]

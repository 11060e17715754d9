"""`reelguard engine compile | check | parity | show | promote`: from a checkpoint to a version.

`compile` needs torch; the others need what runs the build.
"""

import functools
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, ParamSpec

import click

from topics.commands import broker_options, json_option, plain_errors
from topics.errors import UsageError

P = ParamSpec("P")
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
RUNTIMES = ("onnxruntime", "torch", "tensorrt", "tensorrt_rtx")


def engine_errors(command: Callable[P, None]) -> Callable[P, None]:
    """A failure of an engine, or ours, becomes one line."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        from engines.errors import EngineError

        try:
            command(*args, **kwargs)
        except EngineError as error:
            raise click.ClickException(str(error)) from error

    return plain_errors(wrapped)


threads_option = click.option(
    "--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Of the processor."
)
record_option = click.option("--record", is_flag=True, help="Write it into the manifest.")


@click.group()
def engine() -> None:
    """Make an engine out of a checkpoint, look at it, promote it.

    Example: reelguard engine show engines/weights/safeguard-demo
    """


@engine.command("compile", short_help="Export, gate and describe a checkpoint.")
@click.argument("name", type=click.Choice(["safeguard"]))
@click.option("--model", required=True, help="A folder, or an id of the Hugging Face hub.")
@click.option("--revision", help="Of a model of the hub; the newest if left out.")
@click.option("--out", type=click.Path(path_type=Path), help="The engine's folder.")
@click.option("--replace", is_flag=True, help="Put it in the place of what is there.")
@click.option("--runtime", type=click.Choice(RUNTIMES), default=RUNTIMES[0], show_default=True)
@click.option("--precision", help="float32, float16 or bfloat16; the runtime's usual one.")
@click.option("--side", type=click.IntRange(min=1), help="Of the picture, px; 448.")
@click.option(
    "--s-max", type=click.IntRange(min=1), help="Tokens of a row, picture included; 1024."
)
@click.option("--version", default="0.1.0", show_default=True, help="The engine's.")
@click.option("--cases", type=FOLDER, help="For the gate, as SafeEditBench; or drawn scenes.")
@click.option("--ungated", is_flag=True, help="Hold no gate; the build is a demo.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and its sizes.")
@threads_option
@json_option
@engine_errors
def compile_(name: str, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Turn a published checkpoint, or an engine that we have, into an engine's folder.

    Weights are copied one by one, graphs are exported without them, golden inputs are computed
    layer by layer in float32. A way of asking is kept if it passes a gate here. What this machine
    cannot execute needs --ungated. Started again, it goes on where it stopped.

    Example: reelguard engine compile safeguard --model tyodd/SafeGuard-VL-RL --dry-run
    """
    from .engine_show import facts, tell

    try:
        from .engine_compile import Wanted, compiled, described
    except ImportError as error:
        raise UsageError(f"compiling needs reelguard[retrain]: {error}") from error

    wanted = Wanted(**options)
    if dry_run:
        tell(described(wanted), as_json)
        return
    out, manifest = compiled(wanted)
    tell({"engine": str(out), **facts(manifest)}, as_json)


@engine.command(short_help="Execute a build's golden inputs here.")
@click.argument("folder", type=FOLDER)
@record_option
@threads_option
@json_option
@engine_errors
def check(folder: Path, record: bool, threads: int, as_json: bool) -> None:
    """Execute a build's golden inputs here, and compare them with its checkpoint.

    Example: reelguard engine check ENGINE --record
    """
    from datetime import UTC, datetime

    from engines.manifest import Manifest
    from engines.safeguard.check import executed
    from engines.safeguard.parts import check_parts, load_parts
    from engines.safeguard.shape import Shape

    from .engine_show import tell

    manifest = Manifest.load(folder)
    at = f"{datetime.now(UTC):%FT%TZ}"
    parts = load_parts(folder, manifest.runtime, threads)
    check_parts(folder, parts, Shape.from_dict(manifest.shape), manifest.s_max)
    manifest = executed(folder, manifest, parts, at)
    if record:
        manifest.save(folder)
    executions = asdict(manifest)["executed_on"]
    tell({"golden": manifest.parity["golden"], "executed_on": executions}, as_json)


@engine.command(short_help="Compare a build with its float32 build.")
@click.argument("folder", type=FOLDER)
@click.option("--reference", type=FOLDER, required=True, help="The same model's float32 build.")
@click.option("--cases", type=FOLDER, help="As SafeEditBench; or the mini set's pairs.")
@click.option("--pairs", type=click.IntRange(min=1), default=250, show_default=True)
@record_option
@json_option
@engine_errors
def parity(
    folder: Path, reference: Path, cases: Path | None, pairs: int, record: bool, as_json: bool
) -> None:
    """Judge many pictures with a build and with its float32 build, and compare.

    Exit code 1 if the build is outside of its precision's tolerance.

    Example: reelguard engine parity HALF --reference FULL --record
    """
    from engines.safeguard.tolerances import broken

    from .bench.run import bars
    from .engine_parity import cases_from, measured
    from .engine_show import tell

    chosen = cases_from(cases, pairs)
    with bars() as progress:
        task = progress.add_task("judging", total=None)
        manifest = measured(folder, reference, chosen, lambda n: progress.advance(task, n))
    if record:
        manifest.save(folder)
    tell(manifest.parity["cases"], as_json)
    if faults := broken(manifest.precision, manifest.parity):
        raise click.ClickException(f"{folder} in {manifest.precision}: {'; '.join(faults)}")


@engine.command(short_help="Print what an engine claims to be.")
@click.argument("folder", type=FOLDER)
@json_option
@engine_errors
def show(folder: Path, as_json: bool) -> None:
    """Print what an engine claims to be, and what stands against promoting it.

    Example: reelguard engine show engines/weights/safeguard-demo
    """
    from engines.manifest import Manifest

    from .engine_show import facts, tell
    from .promotion import refusals

    manifest = Manifest.load(folder)
    against = refusals(manifest, allow_demo=False)
    tell({**facts(manifest), "against_promotion": against}, as_json)


@engine.command(short_help="Publish an engine's version.")
@click.argument("folder", type=FOLDER)
@click.option("--uri", help="Of the folder; its path if left out.")
@click.option("--why", required=True, help="Kept with the version for ever.")
@click.option("--by", default=None, help="Who publishes; your login name if left out.")
@click.option("--mode", type=click.Choice(["live", "shadow", "canary"]), default="live")
@click.option("--percent", type=float, help="Of uploads, for a canary.")
@click.option("--allow-demo", is_flag=True, help="Its verdicts are review at most.")
@click.option("--dry-run", is_flag=True, help="Check, and say what would be published.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@broker_options
@engine_errors
def promote(
    folder: Path,
    allow_demo: bool,
    dry_run: bool,
    yes: bool,
    bootstrap: str,
    prefix: str,
    **options: Any,
) -> None:
    """Write an engine's next version to the log of engines; read it back.

    Refused: what was not executed, passed no gate or is out of tolerance.
    Workers load what their own settings name.

    Example: reelguard engine promote ENGINE --why "better" --dry-run
    """
    from policies.publish import Place

    from .promotion import Asked, Promotion

    place = Place(bootstrap, prefix)
    promotion = Promotion.checked(folder, Asked(**options), place, allow_demo=allow_demo)
    click.echo(f"{'would publish' if dry_run else 'to publish:'} {promotion.describe()}")
    if dry_run:
        return
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("add --yes to publish without being asked")
        click.confirm("Publish?", abort=True)
    click.echo(f"published at offset {promotion.publish()}")


COMMANDS: list[click.Command] = [engine]

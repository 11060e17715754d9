"""`reelguard demo`: see the whole way of an upload on this machine."""

from pathlib import Path

import click

from topics.commands import plain_errors


@click.command(short_help="See the whole way of an upload on this machine.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reelguard-demo"),
    show_default=True,
    help="Where clips, evidence and the worker's log are left.",
)
@click.option("--keep", is_flag=True, help="Leave broker and worker running until Ctrl-C.")
@plain_errors
def demo(files: tuple[Path, ...], out: Path, keep: bool) -> None:
    """Judge a dozen made clips, and FILES of your own, with a real broker and worker.

    Then change a policy live and judge a clip again. Ends by itself in under
    three minutes. Uses the Kafka that REELGUARD_KAFKA names, else starts one.

    Example: reelguard demo holiday.mp4
    """
    import os

    from .demo.story import tell

    tell(files, out.resolve(), keep=keep, kafka=os.environ.get("REELGUARD_KAFKA"))


COMMANDS: list[click.Command] = [demo]

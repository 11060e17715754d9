"""`reelguard submit` and `reelguard watch`: send uploads, see verdicts arrive."""

from collections.abc import Mapping

import click

from topics.commands import broker_options, json_option, plain_errors


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--video-id", help="The video's id; its file name if left out. For one source only.")
@click.option("--uploader", default="reelguard-submit", show_default=True, help="Who uploads.")
@click.option("--wait", is_flag=True, help="Wait for the verdicts and print them.")
@click.option("--seconds", default=300.0, show_default=True, help="How long to wait at most.")
@json_option
@broker_options
@plain_errors
def submit(
    sources: tuple[str, ...],
    video_id: str | None,
    uploader: str,
    wait: bool,
    seconds: float,
    as_json: bool,
    bootstrap: str,
    prefix: str,
) -> None:
    """Submit files or addresses for moderation.

    Files are sent as file: addresses, which a worker reads only below its
    REELGUARD_FETCH_ROOT; s3: and gs: ones it reads below its
    REELGUARD_FETCH_PREFIXES. Exits 1 when a verdict has not come in time.

    Example: reelguard submit clip.mp4 --wait
    """
    from topics.errors import UsageError

    from .submit import batch, upload_of
    from .submit_report import report, send_all

    if video_id and len(sources) > 1:
        raise UsageError("--video-id names one video; give one source")
    uploads = [upload_of(s, video_id=video_id, uploader_id=uploader) for s in sources]
    with batch(bootstrap, prefix) as sending:
        send_all(sending, uploads)
        missing = sending.wait(seconds, lambda _: None) if wait and as_json else []
        if wait and not as_json:
            missing = report(sending, seconds)
        if as_json:
            _print_json(sending.awaited, sending.verdicts)
    for upload in missing:
        click.echo(f"no verdict on {upload.video_id} within {seconds:g} s", err=True)
    if missing:
        click.get_current_context().exit(1)


def _print_json(awaited: Mapping[str, object], verdicts: Mapping[str, object]) -> None:
    """One line per upload: its verdict where it has come, else the id to look for."""
    import msgspec

    for verdict_id, upload in awaited.items():
        line = verdicts.get(verdict_id, {"verdict_id": verdict_id, "upload": upload})
        click.echo(msgspec.json.encode(line))


@click.command()
@click.option("--seconds", type=float, help="Stop after so long; never if left out.")
@click.option("--rows", default=20, show_default=True, help="How many verdicts to show.")
@json_option
@broker_options
@plain_errors
def watch(seconds: float | None, rows: int, as_json: bool, bootstrap: str, prefix: str) -> None:
    """Watch verdicts arrive, live, until Ctrl-C.

    Example: reelguard watch --json | jq .action
    """
    from .watch import watch_json, watch_table

    if as_json:
        watch_json(bootstrap, prefix, seconds=seconds)
    else:
        watch_table(bootstrap, prefix, seconds=seconds, rows=rows)


COMMANDS: list[click.Command] = [submit, watch]

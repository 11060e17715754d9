"""The workers that are alive, by their newest heartbeats."""

from datetime import UTC, datetime, timedelta

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from topics import codec
from topics.errors import RecordError
from topics.scan import scan
from topics.worker_status import HEARTBEAT_SECONDS, WORKER_STATUS, WorkerStatus

SILENT_BEATS = 4  # a worker that missed so many beats is not counted as alive
COLUMNS = ("worker", "state", "beat", "in flight", "judged", "failed", "policies", "engines")


def read_status(bootstrap: str, prefix: str, *, now: datetime | None = None) -> list[WorkerStatus]:
    """The workers whose last heartbeat is recent, by name. raises: BrokerFault."""
    newest: dict[bytes | None, WorkerStatus] = {}
    for found in scan(bootstrap, WORKER_STATUS.prefixed(prefix)):
        newest.pop(found.key, None)
        if found.value is not None:
            try:
                newest[found.key] = codec.decode(WorkerStatus, found.value)
            except RecordError:  # a newer worker's record may differ: it is not shown
                continue
    since = (now or datetime.now(UTC)) - timedelta(seconds=SILENT_BEATS * HEARTBEAT_SECONDS)
    alive = [status for status in newest.values() if status.beat_at >= since]
    return sorted(alive, key=lambda status: status.worker_id)


def status_json(workers: list[WorkerStatus]) -> str:
    """All heartbeats as a JSON array."""
    return msgspec.json.encode(workers).decode()


def print_status(workers: list[WorkerStatus]) -> None:
    """A table of workers; their problems and what they ignored below it."""
    console = Console()
    if not workers:
        console.print("no worker is alive; start one with `reelguard worker`")
        return
    table = Table(box=None, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for w in workers:
        ago = (datetime.now(UTC) - w.beat_at).total_seconds()
        policies = " ".join(f"{name}@{version}" for name, version in sorted(w.policies.items()))
        counts = [str(n) for n in (w.in_flight, w.judged, w.failed)]
        builds = " ".join(w.engines.values())
        table.add_row(
            escape(w.worker_id), w.state, f"{ago:.0f} s ago", *counts, policies or "-", builds
        )
    console.print(table)
    for w in workers:
        for problem in w.problems:
            console.print(f"{w.worker_id}: {problem}", markup=False)
        for item in w.ignored:
            what = f"{w.worker_id}: {item.topic}@{item.offset} ignored: {item.reason}"
            console.print(what, markup=False)

"""Peak memory of a worker with the small guard: its own process and its engine's, after uploads.

Peaks (VmHWM) of single processes, added: pages that they share count twice.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.proc import children, peak_mib, room
from tests.bench.say import say
from tests.bench.worker import ready_worker
from workers.settings import SHIPPED_GUARD

WORKER_RSS_MIB_MAX = 700


def measure(kafka: str, clips: Sequence[Path]) -> list[Figure]:
    """worker_rss_mib: worker and engine together."""
    guard = SHIPPED_GUARD if Path(SHIPPED_GUARD, "manifest.json").exists() else "null"
    with ready_worker(kafka, guard=guard) as worker:
        took = worker.judge(clips)
        own = peak_mib(worker.pid)
        rooms = {room(pid): round(peak_mib(pid)) for pid in children(worker.pid)}
    say(f"  {len(clips)} uploads in {took:.1f} s; peaks in MiB: worker {own:.0f}, {rooms}")
    engine = rooms["engine_main"]
    return [
        Figure(
            name="worker_rss_mib",
            value=round(own + engine),
            target=WORKER_RSS_MIB_MAX,
            better="less",
            note=f"worker {own:.0f} + engine {engine:.0f}, guard {Path(guard).name}",
        )
    ]

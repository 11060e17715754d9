"""Peak memory of a worker with the small guard: its own process and its engine's, after uploads.

Peaks (VmHWM) of single processes, added: pages that they share count twice.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.say import say
from tests.bench.worker import ready_worker
from workers.settings import SHIPPED_GUARD

WORKER_RSS_MIB_MAX = 700


def measure(kafka: str, clips: Sequence[Path]) -> list[Figure]:
    """worker_rss_mib: worker and engine together."""
    guard = SHIPPED_GUARD if Path(SHIPPED_GUARD, "manifest.json").exists() else "null"
    with ready_worker(kafka, guard=guard) as worker:
        took = worker.judge(clips)
        own = _peak_mib(worker.pid)
        rooms = {_room(pid): round(_peak_mib(pid)) for pid in _children(worker.pid)}
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


def _peak_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def _room(pid: int) -> str:
    """The module that a process runs, as `engine_main`."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return words[words.index("-m") + 1].rpartition(".")[2] if "-m" in words else words[0]

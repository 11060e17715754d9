"""Videos per minute: a worker with a null engine against a bare PyAV loop, on the same cores.

Rounds take turns, so that whatever else the machine does meets all alike; medians are compared.
The worker's start is not counted, nor the start of the loop's processes.
"""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import bare
from tests.bench.figure import Figure
from tests.bench.films import tiny
from tests.bench.say import say
from tests.bench.worker import ready_worker

WORKER_VS_PYAV_MIN = 0.70


def measure(kafka: str, clips: Sequence[Path], *, rounds: int) -> list[Figure]:
    """worker_vs_pyav and what it is made of."""
    rates: dict[str, list[float]] = {"worker": [], "thrifty": [], "plain": []}
    with ready_worker(kafka) as worker, bare.processes(2, tiny()) as run:
        worker.judge([tiny(), tiny()])
        for number in range(rounds):
            rates["worker"].append(60 * len(clips) / worker.judge(clips))
            rates["thrifty"].append(60 * len(clips) / _timed(run, bare.thrifty, clips))
            rates["plain"].append(60 * len(clips) / _timed(run, bare.plain, clips))
            shown = ", ".join(f"{name} {rate[-1]:.0f}" for name, rate in rates.items())
            say(f"videos per minute, round {number + 1} of {rounds}: {shown}")
    return figures({name: statistics.median(rate) for name, rate in rates.items()})


def figures(rates: dict[str, float]) -> list[Figure]:
    """Ratios of videos per minute."""
    worker = rates["worker"]
    note = ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items())
    return [
        Figure(
            name="worker_vs_pyav",
            value=round(worker / rates["thrifty"], 2),
            target=WORKER_VS_PYAV_MIN,
            note=f"videos per minute: {note}",
        ),
        Figure(
            name="worker_vs_plain_pyav",
            value=round(worker / rates["plain"], 2),
            note="against a loop that decodes every frame",
        ),
    ]


def _timed(run: bare.Run, loop: bare.Loop, clips: Sequence[Path]) -> float:
    began = time.perf_counter()
    kept = run(loop, clips)
    assert kept > len(clips)
    return time.perf_counter() - began

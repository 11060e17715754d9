"""Videos per minute: a worker with a null engine against a bare PyAV loop, on the same cores.

Rounds take turns, so that whatever else the machine does meets both alike; medians are compared.
The worker's start is not counted, nor the start of the loop's processes. The processor time per
video is the worker's with all its processes, without the broker's; it depends less on what else
runs. The loop that decodes every frame runs once, at the end.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import bare
from tests.bench.figure import Figure
from tests.bench.films import tiny
from tests.bench.proc import cpu_seconds
from tests.bench.say import say
from tests.bench.worker import Bench, ready_worker

WORKER_VS_PYAV_MIN = 0.80


@dataclass(frozen=True)
class Round:
    """One pass over all clips: how fast, and at what cost per video."""

    per_minute: float
    cpu_seconds: float

    def __str__(self) -> str:
        return f"{self.per_minute:.0f} videos a minute, {self.cpu_seconds:.2f} s of processor each"


def measure(kafka: str, clips: Sequence[Path], *, rounds: int) -> list[Figure]:
    """worker_vs_pyav and what it is made of."""
    workers, loops = [], []
    with ready_worker(kafka) as worker, bare.processes(2, tiny()) as run:
        worker.judge([tiny(), tiny()])
        for number in range(rounds):
            workers.append(_round(clips, lambda: _judge(worker, clips)))
            loops.append(_round(clips, lambda: run(bare.thrifty, clips)))
            say(f"  round {number + 1} of {rounds}: worker {workers[-1]}, loop {loops[-1]}")
        plain = _round(clips, lambda: run(bare.plain, clips))
    return figures(workers, loops, plain)


def figures(workers: Sequence[Round], loops: Sequence[Round], plain: Round) -> list[Figure]:
    """Ratios of videos per minute."""
    worker, loop = _median(workers), _median(loops)
    return [
        Figure(
            name="worker_vs_pyav",
            value=round(worker.per_minute / loop.per_minute, 2),
            target=WORKER_VS_PYAV_MIN,
            note=f"{worker.per_minute:.0f} and {loop.per_minute:.0f} videos a minute, "
            f"{worker.cpu_seconds:.2f} and {loop.cpu_seconds:.2f} s of processor a video",
        ),
        Figure(
            name="worker_vs_plain_pyav",
            value=round(worker.per_minute / plain.per_minute, 2),
            note=f"a loop that decodes every frame: {plain.per_minute:.0f} videos a minute",
        ),
    ]


def _judge(worker: Bench, clips: Sequence[Path]) -> float:
    before = cpu_seconds(worker.pid)
    worker.judge(clips)
    return cpu_seconds(worker.pid) - before


def _round(clips: Sequence[Path], work: Callable[[], float]) -> Round:
    began = time.perf_counter()
    cpu = work()
    return Round(60 * len(clips) / (time.perf_counter() - began), cpu / len(clips))


def _median(rounds: Sequence[Round]) -> Round:
    return Round(
        statistics.median(one.per_minute for one in rounds),
        statistics.median(one.cpu_seconds for one in rounds),
    )

"""What Kafka and everything around judging add to an upload on an idle worker.

From handing the record to Kafka until a consumer has the verdict, minus what the verdict says was
spent on fetching, decoding and judging. One upload at a time, of a tiny video.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tests.bench.figure import Figure
from tests.bench.films import tiny
from tests.bench.say import say
from tests.bench.worker import Seen, ready_worker

P99_SECONDS_MAX = 0.1
WARM_UP = 10
PARTS: dict[str, Callable[[Seen], float]] = {
    "publish to broker's word": lambda one: one.written - one.sent,
    "queued": lambda one: one.verdict.timing_seconds.queued,
    "fetch": lambda one: one.verdict.timing_seconds.fetch,
    "decode": lambda one: one.verdict.timing_seconds.decode,
    "judge": lambda one: one.verdict.timing_seconds.judge,
    "publish to verdict": lambda one: one.seconds,
}


def measure(kafka: str, *, uploads: int) -> list[Figure]:
    """kafka_overhead_p99_seconds; on stderr where the time of an upload goes."""
    with ready_worker(kafka) as worker:
        for _ in range(WARM_UP):
            worker.one(tiny())
        seen = [worker.one(tiny()) for _ in range(uploads)]
    for name, part in PARTS.items():
        p50, p99 = _percentiles([part(one) for one in seen])
        say(f"  {name:<24} p50 {1000 * p50:6.1f} ms  p99 {1000 * p99:6.1f} ms")
    p50, p99 = _percentiles([overhead(one) for one in seen])
    return [
        Figure(
            name="kafka_overhead_p99_seconds",
            value=round(p99, 3),
            target=P99_SECONDS_MAX,
            better="less",
            note=f"p50 {p50:.3f} s, {uploads} uploads one after the other",
        )
    ]


def overhead(one: Seen) -> float:
    """Seconds of an upload in which it was neither fetched nor decoded nor judged."""
    spent = one.verdict.timing_seconds
    return one.seconds - spent.fetch - spent.decode - spent.judge


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    return float(np.percentile(values, 50)), float(np.percentile(values, 99))

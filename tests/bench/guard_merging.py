"""Time uploads that wait for the shipped guard together against the same one after the other.

Each asks about a few frames under one policy, as the end of an upload or a closer look does. The
worker's own way: an engine process, asked by several uploads at once or by one at a time.
"""

import asyncio
import statistics
import time

import numpy as np
from numpy.typing import NDArray

from tests.bench.guard_cost import SEED, SENTENCES
from workers.engine_process import EngineProcess
from workers.settings import SHIPPED_GUARD

UPLOADS, FRAMES = 6, 4
ALLOWED_SECONDS = 600.0


def speedup(*, rounds: int, threads: int) -> float:
    """Seconds one after the other over seconds together, medians of turns."""
    return asyncio.run(_speedup(rounds, threads))


async def _speedup(rounds: int, threads: int) -> float:
    engine = EngineProcess("safeguard", SHIPPED_GUARD, threads=threads)
    await engine.start()
    try:
        rng = np.random.default_rng(SEED)
        size = (UPLOADS, FRAMES, engine.side, engine.side, 3)
        uploads = rng.integers(0, 256, size).astype(np.uint8)
        await _together(engine, uploads)
        apart, together = [], []
        for _ in range(rounds):
            apart.append(await _apart(engine, uploads))
            together.append(await _together(engine, uploads))
    finally:
        await engine.stop()
    return statistics.median(apart) / statistics.median(together)


async def _apart(engine: EngineProcess, uploads: NDArray[np.uint8]) -> float:
    began = time.perf_counter()
    for frames in uploads:
        await _ask(engine, frames)
    return time.perf_counter() - began


async def _together(engine: EngineProcess, uploads: NDArray[np.uint8]) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(_ask(engine, frames) for frames in uploads))
    return time.perf_counter() - began


async def _ask(engine: EngineProcess, frames: NDArray[np.uint8]) -> None:
    deadline = asyncio.get_running_loop().time() + ALLOWED_SECONDS
    await engine.score(frames, [" ".join(SENTENCES)], deadline=deadline)

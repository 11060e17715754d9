"""Make a split of videos, judge it and, on the fitting split, find k, n and the thresholds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from workers.engine_process import EngineProcess
from workers.submit_report import bars

from . import tuned as numbers
from .clips import make
from .fitting import K_OF_N, fit
from .judging import Outcome, judge_all
from .tuned import Tuned, policies, untuned

FITTED = "fitted.json"


@dataclass(frozen=True)
class Place:
    """Where videos and outcomes are kept, and the engine's folder."""

    folder: Path
    engine: Path

    @property
    def fitted(self) -> Path:
        """What `fitted_on` wrote."""
        return self.folder / FITTED


async def fitted_on(place: Place, videos: int) -> Tuned:
    """Fit on so many videos, and write that down. raises: what a worker raises."""
    async with _guard(place) as guard:
        build = guard.build
        outcomes = await _judged(place, "fit", videos, guard, untuned(build))
    with _bars() as progress:
        task = progress.add_task("fitting", total=len(K_OF_N))
        found = fit(outcomes, build, lambda: progress.advance(task))
    numbers.save(found, place.fitted)
    return found


async def tested_on(place: Place, videos: int) -> tuple[list[Outcome], Tuned]:
    """Outcomes of so many other videos under what was fitted. raises: UsageError if nothing was."""
    async with _guard(place) as guard:
        found = numbers.read(place.fitted, guard.build)
        return await _judged(place, "test", videos, guard, found), found


async def _judged(
    place: Place, split: str, videos: int, guard: EngineProcess, found: Tuned
) -> list[Outcome]:
    """Videos that are missing are made first."""
    with _bars() as progress:
        task = progress.add_task(f"{split}: encoding", total=videos)
        made = make(place.folder / "videos", split, videos, lambda: progress.advance(task))
        task = progress.add_task(f"{split}: judging", total=videos)
        return await judge_all(
            made, guard, policies(found), place.folder / "judged", lambda: progress.advance(task)
        )


@asynccontextmanager
async def _guard(place: Place) -> AsyncIterator[EngineProcess]:
    guard = EngineProcess("safeguard", str(place.engine), threads=1)
    await guard.start()
    try:
        yield guard
    finally:
        await guard.stop()


def _bars() -> Progress:
    return bars(Console(stderr=True))

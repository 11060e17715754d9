"""Take a benchmark from its files to its document: cases, words, figures, baselines.

The words come from an engine's folder or from a file of completions; commands.py says which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engines.safeguard.guard import Guard

from . import guesses, judging, safeeditbench, unsafebench
from .case import Case
from .completions import read_completions
from .facts import read_facts
from .parsing import Words, read_answer
from .plot import Chart


@dataclass(frozen=True)
class Judged:
    """Words about every case, and whose they are."""

    judge: str
    words: list[Words]


def bars() -> Progress:
    """A progress display on stderr with a count and the time that is left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def by_engine(folder: Path, cases: Sequence[Case], files: Sequence[Path]) -> Judged:
    """Load an engine and ask it about every case. raises: EngineError, BenchDataError."""
    guard = Guard.load(folder)
    with bars() as progress:
        task = progress.add_task("judging", total=len(cases))
        stored = judging.pictures(files)
        answers = judging.judge(guard, cases, stored, lambda n: progress.advance(task, n))
    return Judged(guard.manifest.build, [read_answer(answer) for answer in answers])


def by_completions(path: Path, cases: Sequence[Case]) -> Judged:
    """Read what another model said about every case. raises: BenchDataError."""
    return Judged(path.name, read_completions(path, len(cases)))


def safeeditbench_document(folder: Path, cases: Sequence[Case], judged: Judged) -> dict[str, Any]:
    """All figures, JSON-ready."""
    facts = read_facts(folder, len(cases))
    guessed = guesses.blind(cases) | (guesses.informed(cases, facts) if facts else {})
    return {
        "bench": "SafeEditBench",
        "data": str(folder),
        "judge": judged.judge,
        "rows": len(cases),
        "scenes": len({case.cluster for case in cases}),
        "readings": safeeditbench.measured(cases, judged.words),
        "baselines": safeeditbench.guessed(cases, guessed),
    }


def unsafebench_document(folder: Path, cases: Sequence[Case], judged: Judged) -> dict[str, Any]:
    """All figures, JSON-ready."""
    return {
        "bench": "UnsafeBench",
        "data": str(folder),
        "judge": judged.judge,
        "rows": len(cases),
        "policy": cases[0].policy,
        "readings": unsafebench.measured(cases, judged.words),
        "baselines": unsafebench.guessed(cases, guesses.blind(cases)),
    }


def chart(document: dict[str, Any], groups: str, value: str, whole: str) -> Chart:
    """What a document's plot shows.

    groups: `policies` or `categories`; value, whole: the figure of a group, and of all rows
    """

    def intervals(figures: dict[str, Any]) -> dict[str, dict[str, float]]:
        each = {name: group[value] for name, group in figures[groups].items()}
        return each | {f"all ({whole})": figures[whole]}

    readings = {name: intervals(figures) for name, figures in document["readings"].items()}
    return Chart(
        f"{document['bench']}: {document['judge']}",
        {group: {name: readings[name][group] for name in readings} for group in readings["strict"]},
        {
            group: max(intervals(found)[group]["mean"] for found in document["baselines"].values())
            for group in readings["strict"]
        },
    )

"""Hold the figures of several seeds against what the recipe promises: the worst seed counts.

    python -m retrain.bars runs/seed0 runs/seed1 runs/seed2

Reads evaluation.json of each run, as retrain.evaluate left it. Ends with 1 where a bar is missed.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

FILE = "evaluation.json"

Document = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """A figure of one seed, and what it must reach."""

    name: str
    least: float
    of: Callable[[Document], float]


def _accuracy(test: str) -> Callable[[Document], float]:
    return lambda document: float(document["sets"][test]["accuracy"]["mean"])


def _strict_pair(document: Document) -> float:
    return float(document["sets"]["seen"]["strict_pair"]["mean"])


def _worst_kind(document: Document) -> float:
    kinds = document["sets"]["seen"]["strict_pair_by_kind"]
    return min(float(kind["mean"]) for kind in kinds.values())


def _macro(document: Document) -> float:
    return float(document["macro"]["mean"])


def _above_guessers(document: Document) -> float:
    return _macro(document) - max(float(mean) for mean in document["macro"]["baselines"].values())


BARS = (
    Bar("balanced accuracy", 0.92, _accuracy("seen")),
    Bar("strict pairs", 0.85, _strict_pair),
    Bar("strict pairs, worst kind of rule", 0.75, _worst_kind),
    Bar("unseen combinations", 0.90, _accuracy("unseen_combinations")),
    Bar("unseen paraphrases", 0.80, _accuracy("unseen_sentences")),
    Bar("macro L1 … L5", 0.92, _macro),
    Bar("macro above the best guesser", 0.15, _above_guessers),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+", help="folders that retrain.evaluate measured")
    runs = parser.parse_args().runs
    documents = [json.loads((run / FILE).read_text(encoding="utf-8")) for run in runs]
    table, missed = against_bars([run.name for run in runs], documents)
    Console().print(table)
    sys.exit(1 if missed else 0)


def against_bars(names: Sequence[str], documents: Sequence[Document]) -> tuple[Table, list[str]]:
    """A row a bar with every seed's figure, and the bars that the worst seed misses."""
    table, missed = Table("", *names, "worst", "at least"), []
    for bar in BARS:
        figures = [bar.of(document) for document in documents]
        if min(figures) < bar.least:
            missed.append(bar.name)
        shown = [f"{figure:.3f}" for figure in (*figures, min(figures))]
        table.add_row(bar.name, *shown, f"{bar.least:.2f}", style="red" * (bar.name in missed))
    return table, missed


if __name__ == "__main__":
    main()

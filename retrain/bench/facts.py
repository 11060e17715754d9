"""Keep what is known of drawn scenes beside the Parquet files: scenes.jsonl, one line a row.

The layout of the real set has no room for it, and a guard never sees it: baselines and a reader do.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import BenchDataError

FILE = "scenes.jsonl"


@dataclass(frozen=True)
class Facts:
    """What a row's picture shows, and what its policy says by default."""

    place: str
    objects: list[str]
    rest_banned: bool
    deciding: str  # the kind of rule that makes one of the pair unsafe


def write_facts(folder: Path, facts: Iterable[Facts]) -> None:
    """Write scenes.jsonl."""
    lines = "".join(f"{json.dumps(asdict(fact))}\n" for fact in facts)
    (folder / FILE).write_text(lines, encoding="utf-8")


def read_facts(folder: Path, rows: int) -> list[Facts]:
    """The facts of all rows; nothing where the folder has none, as the real set.

    raises: BenchDataError if there are some, but not those of these rows
    """
    path = folder / FILE
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        facts = [Facts(**json.loads(line)) for line in lines]
    except (ValueError, TypeError) as error:
        raise BenchDataError(f"{path} is not what made it: {error}") from error
    if len(facts) != rows:
        raise BenchDataError(f"{path} has {len(facts)} lines, the Parquet files {rows} rows")
    return facts

"""Read a labelled set in SafeEditBench's layout as cases for a gate or a comparison."""

from pathlib import Path

import numpy as np

from engines.safeguard.gate import Cases

from .bench import judging, parquet
from .bench.picture import square
from .bench.safeeditbench import read_cases


def labelled(folder: Path, side: int) -> Cases:
    """All rows of its test split, letterboxed. raises: BenchDataError, UsageError"""
    files = parquet.shards(folder, "test")
    rows = read_cases(files)
    stored = zip(judging.pictures(files), rows, strict=True)
    return Cases(
        np.stack([square(content, side, row.where) for content, row in stored]),
        [row.policy for row in rows],
        ["unsafe" if row.unsafe else "safe" for row in rows],
    )

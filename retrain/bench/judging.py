"""Ask a guard about every row of a benchmark, a batch of pictures in memory at a time."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from engines.safeguard.answer import Answer
from engines.safeguard.guard import Guard

from . import parquet
from .case import Case
from .picture import square, stored_bytes

BATCH = 32  # rows


def pictures(files: Sequence[Path]) -> Iterator[bytes]:
    """The stored pictures in the order of the rows."""
    for where, row in parquet.rows(files, ["image"]):
        yield stored_bytes(row["image"], where)


def judge(
    guard: Guard,
    cases: Sequence[Case],
    stored: Iterator[bytes],
    advance: Callable[[int], object],
) -> list[Answer]:
    """One answer a row.

    raises: BenchDataError at a picture that cannot be decoded; EngineError at a text that the
        guard refuses: a row that was not judged has no word, and none is made up
    """
    answers: list[Answer] = []
    side = guard.manifest.image_side
    for start in range(0, len(cases), BATCH):
        part = cases[start : start + BATCH]
        contents = islice(stored, len(part))
        frames = [square(c, side, case.where) for c, case in zip(contents, part, strict=True)]
        answers += guard.judge(np.stack(frames), [case.policy for case in part])
        advance(len(part))
    return answers

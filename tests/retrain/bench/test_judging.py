"""The guard is shown every picture once, and asked in its own words."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from engines.errors import PolicyTextError
from engines.safeguard.answer import Answer
from engines.safeguard.guard import Guard
from retrain.bench.errors import BenchDataError
from retrain.bench.judging import BATCH, judge, pictures
from retrain.bench.safeeditbench import read_cases

from .sets import safe_edit_row, safe_edit_set


class Attentive:
    """Says what it was shown and asked."""

    def __init__(self) -> None:
        self.manifest = SimpleNamespace(image_side=48)
        self.asked: list[str] = []
        self.shown: list[NDArray[np.uint8]] = []

    def judge(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[Answer]:
        self.asked += texts
        self.shown.append(frames)
        return [Answer("safe", 0.0, str(len(self.asked)))] * len(texts)


def run(tmp_path: Path, rows: list[dict[str, Any]], guard: Any) -> tuple[list[Answer], list[int]]:
    files, steps = safe_edit_set(tmp_path, rows), list[int]()
    answers = judge(cast(Guard, guard), read_cases(files), pictures(files), steps.append)
    return answers, steps


def test_every_row_is_judged_in_batches(tmp_path: Path) -> None:
    rows = [safe_edit_row(f"{'x' * (i % 9)}.png", 1) for i in range(BATCH + 3)]
    answers, steps = run(tmp_path, rows, guard := Attentive())
    assert len(answers) == BATCH + 3 and steps == [BATCH, 3]
    assert [len(frames) for frames in guard.shown] == [BATCH, 3]
    assert guard.shown[0][0].shape == (48, 48, 3)
    assert guard.shown[0][0].max() < guard.shown[0][5].max()  # each its own picture


def test_the_policy_is_asked_as_it_stands_in_the_set(tmp_path: Path) -> None:
    text = "No guns.\nOutput exactly: unsafe."
    run(tmp_path, [safe_edit_row("a.png", 1, policy=text)], guard := Attentive())
    assert guard.asked == [text]


def test_an_undecodable_picture_stops_the_run_by_name(tmp_path: Path) -> None:
    rows = [safe_edit_row("a.png", 1), safe_edit_row("b.png", 0)]
    rows[1]["image"] = {"bytes": b"GIF89a?", "path": "b.png"}
    with pytest.raises(BenchDataError, match=r"parquet row 1: the picture cannot be decoded"):
        run(tmp_path, rows, Attentive())


def test_a_policy_that_the_guard_refuses_is_no_safe_answer(tmp_path: Path) -> None:
    class Refusing(Attentive):
        """Refuses every text."""

        def judge(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[Answer]:
            raise PolicyTextError("too long")

    with pytest.raises(PolicyTextError):
        run(tmp_path, [safe_edit_row("a.png", 1)], Refusing())

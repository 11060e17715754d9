"""Check a loaded guard against the answers it gave when it was exported.

golden.json beside the manifest lists frames (PNG files), policy texts, words and scores. A guard
that answers otherwise, on this machine and with this runtime, is not the one that was measured.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.errors import EngineError

from .answer import Answer

FILE = "golden.json"
TOLERANCE = 1e-3  # of a score

Judge = Callable[[NDArray[np.uint8], Sequence[str]], list[Answer]]


@dataclass(frozen=True)
class Golden:
    """One frame under one policy, and what was answered."""

    frame: str  # name of a PNG file
    policy: str
    word: str
    score: float


def read_golden(folder: Path) -> list[Golden]:
    """All golden inputs of an engine's folder."""
    document = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return [Golden(**entry) for entry in document]


def write_golden(folder: Path, golden: list[Golden]) -> None:
    """Write golden.json."""
    text = json.dumps([asdict(entry) for entry in golden], indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def golden_frames(folder: Path, golden: list[Golden]) -> NDArray[np.uint8]:
    """Their frames, (T, side, side, 3)."""
    return np.stack([np.asarray(Image.open(folder / entry.frame)) for entry in golden])


def check_golden(folder: Path, judge: Judge) -> None:
    """Judge all golden inputs again.

    raises: EngineError at the first that differs
    """
    golden = read_golden(folder)
    answers = judge(golden_frames(folder, golden), [entry.policy for entry in golden])
    for entry, answer in zip(golden, answers, strict=True):
        if answer.word != entry.word or abs(answer.score - entry.score) > TOLERANCE:
            raise EngineError(
                f"{folder}: {entry.frame} under {entry.policy!r} was {entry.word} "
                f"{entry.score:.4f}, is {answer.word} {answer.score:.4f}"
            )

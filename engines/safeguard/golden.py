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
from engines.record import from_document

from .answer import Answer

FILE = "golden.json"
TOLERANCE = 1e-3  # of a score
UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)  # of Pillow

Judge = Callable[[NDArray[np.uint8], Sequence[str]], list[Answer]]


@dataclass(frozen=True)
class Golden:
    """One frame under one policy, and what was answered."""

    frame: str  # name of a PNG file
    policy: str
    word: str
    score: float


def read_golden(folder: Path) -> list[Golden]:
    """All golden inputs of an engine's folder, one at least. raises: EngineError"""
    path = folder / FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EngineError(f"cannot read {path}: {error}") from error
    if not isinstance(document, list) or not document:
        raise EngineError(
            f"{path} lists no golden inputs, so nothing shows that the guard works; where no "
            "machine has executed it, `reelguard engine check --record` does"
        )
    return [from_document(Golden, entry, f"{path}: {n}") for n, entry in enumerate(document)]


def write_golden(folder: Path, golden: list[Golden]) -> None:
    """Write golden.json."""
    text = json.dumps([asdict(entry) for entry in golden], indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def golden_frames(folder: Path, golden: list[Golden]) -> NDArray[np.uint8]:
    """Their frames, (T, side, side, 3). raises: EngineError"""
    frames = [_frame(folder, entry.frame) for entry in golden]
    if len({frame.shape for frame in frames}) > 1:
        raise EngineError(f"the golden frames in {folder} are not of one size")
    return np.stack(frames)


def _frame(folder: Path, name: str) -> NDArray[np.uint8]:
    path = folder / name
    if Path(name).name != name:
        raise EngineError(f"{folder / FILE} names {name!r}, which is no file beside it")
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGB"))
    except UNREADABLE as error:
        raise EngineError(f"{path} is no picture: {error}") from error


def check_golden(folder: Path, judge: Judge) -> None:
    """Judge all golden inputs again.

    raises: EngineError at the first that differs
    """
    golden = read_golden(folder)
    answers = judge(golden_frames(folder, golden), [entry.policy for entry in golden])
    for entry, answer in zip(golden, answers, strict=True):
        near = abs(answer.score - entry.score) <= TOLERANCE  # what is no number is not near
        if answer.word != entry.word or not near:
            raise EngineError(
                f"{folder}: {entry.frame} under {entry.policy!r} was {entry.word} "
                f"{entry.score:.4f}, is {answer.word} {answer.score:.4f}"
            )

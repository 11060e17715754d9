"""The guard's process: turn requests on a socket into scores, one at a time.

Run by workers/engine_process.py as `python -m workers.engine_main FOLDER THREADS FD`. Knows no
Kafka and no settings. `null` as the folder judges nothing: every answer is `unparsable`, for
measuring what everything around the engine costs.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .engine_serve import Answering, run
from .engine_wire import (
    Answer,
    Explained,
    ExplainRequest,
    Failed,
    Readings,
    ReadRequest,
    Ready,
    Reply,
    Request,
    ScoreRequest,
    Scores,
)

NULL_SIDE = 96


class Scorer(Protocol):
    """What this process needs of a guard."""

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        """answers[t][p] for frames (T, side, side, 3) and P policy texts."""

    def refusals(self, policies: Sequence[str]) -> tuple[str, ...]:
        """Why each of P texts cannot be read; empty for those that can."""

    def words(self, frames: NDArray[np.uint8], policies: Sequence[str]) -> tuple[str, ...]:
        """Why frame t violates policies[t]; empty where it does not say."""


class NullGuard:
    """Judges nothing, at no cost; so nothing it sees is ever allowed."""

    ready = Ready(build="null@0", grade="demo", side=NULL_SIDE)

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        """`unparsable` for every frame and policy."""
        row = tuple(Answer("unparsable", 0.0, "") for _ in policies)
        return tuple(row for _ in frames)

    def refusals(self, policies: Sequence[str]) -> tuple[str, ...]:
        """Texts are taken as they are: none of them is read."""
        return tuple("" for _ in policies)

    def words(self, frames: NDArray[np.uint8], policies: Sequence[str]) -> tuple[str, ...]:
        """It has nothing to say."""
        return tuple("" for _ in policies)


class SafeGuard:
    """SafeGuard-VL from a folder with manifest.json."""

    def __init__(self, folder: Path, threads: int) -> None:
        """raises: EngineError when files are missing or changed, or the golden inputs fail."""
        from engines.safeguard.guard import ROWS_MAX, Guard

        self._guard = Guard.load(folder, threads=threads)
        manifest = self._guard.manifest
        self.ready = Ready(
            build=manifest.build,
            grade=manifest.grade,
            side=manifest.image_side,
            rows=ROWS_MAX,
            scores=manifest.calibration.grade,
            why_tokens=manifest.mode.why_max_tokens if manifest.mode.why else 0,
        )

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        """The guard's answers, as they travel; a text it cannot read is `unparsable` alone."""
        refused = {p: why for p, why in enumerate(self.refusals(policies)) if why}
        texts = [text for p, text in enumerate(policies) if p not in refused]
        scored = self._guard.score(frames, texts)
        rows = [iter([Answer(a.word, a.score, a.rationale) for a in row]) for row in scored]
        return tuple(
            tuple(
                Answer("unparsable", 0.0, refused[p]) if p in refused else next(row)
                for p in range(len(policies))
            )
            for row in rows
        )

    def refusals(self, policies: Sequence[str]) -> tuple[str, ...]:
        """The reader's words."""
        return tuple(self._guard.reader.refusal(text) for text in policies)

    def words(self, frames: NDArray[np.uint8], policies: Sequence[str]) -> tuple[str, ...]:
        """The guard's words, where it has given none before its answers."""
        return tuple(self._guard.explain(frames, policies))


def scoring(guard: Scorer) -> Answering:
    """A guard as what the worker asks: frames and policies in, scores out."""

    def answer(request: Request) -> Reply:
        if isinstance(request, ReadRequest):
            return Readings(guard.refusals(request.policies))
        if not isinstance(request, ScoreRequest | ExplainRequest):
            return Failed(f"a guard was asked for {type(request).__name__}")
        shape = (request.count, request.side, request.side, 3)
        frames = np.frombuffer(request.frames, np.uint8).reshape(shape)
        if isinstance(request, ExplainRequest):
            return Explained(guard.words(frames, request.policies))
        return Scores(guard.answers(frames, request.policies))

    return answer


def load(folder: str, threads: int) -> tuple[Answering, Ready]:
    """The guard in a folder. raises: EngineError."""
    guard = NullGuard() if folder == "null" else SafeGuard(Path(folder), threads)
    return scoring(guard), guard.ready


if __name__ == "__main__":
    run(load)

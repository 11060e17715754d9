"""Judge labelled pictures in one mode and say whether an engine may be asked so.

A mode is offered only if it passes here itself. Answers that are wrong in nearly every case are no
bad guard but a good one read upside down: swapped polarity is refused by that name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engines.errors import EngineError
from engines.manifest import Manifest, Mode

from .answer import Word
from .guard import Guard
from .modes import kind_of
from .parts import Whole

ACCURACY_MIN = 0.80  # balanced; a guard that errs more often costs more reviews than it saves
OPPOSITE_MIN = 0.80  # balanced; chance gives a half, so only the other polarity reaches it
CASES_MIN = 20  # of each word; a coin is right in 32 of 40 once in 11 000 tries


@dataclass(frozen=True)
class Cases:
    """Pictures, policies and the right words, row by row."""

    frames: NDArray[np.uint8]  # (T, side, side, 3), letterboxed
    policies: Sequence[str]
    words: Sequence[Word]  # never unparsable


@dataclass(frozen=True)
class Figures:
    """How one mode did."""

    cases: int
    fewest: int  # cases of the rarer word
    balanced_accuracy: float  # an unparsable answer is wrong
    opposite: float  # the same mean, of answers that are the other word
    invalid_rate: float

    @property
    def refusal(self) -> str:
        """Why the mode cannot be offered; empty if it can."""
        seen = f"balanced accuracy {self.balanced_accuracy:.3f} on {self.cases} cases"
        if self.fewest < CASES_MIN:
            return f"{seen}: {self.fewest} cases of one word, expected {CASES_MIN} or more of each"
        if self.opposite >= OPPOSITE_MIN:
            return (
                f"{seen}, and {self.opposite:.3f} if every word is read as the other: "
                "the polarity is swapped"
            )
        if self.balanced_accuracy < ACCURACY_MIN:
            return f"{seen}, expected {ACCURACY_MIN} or more; unparsable {self.invalid_rate:.3f}"
        return ""


def measure(guard: Guard, cases: Cases) -> Figures:
    """Judge all cases in the guard's mode."""
    said = np.array([answer.word for answer in guard.judge(cases.frames, cases.policies)])
    right = np.array(cases.words)
    sides = [right == word for word in ("safe", "unsafe")]
    fewest = min(int(side.sum()) for side in sides)
    if not fewest:
        raise EngineError(f"a gate needs cases of both words, got {sorted(set(cases.words))}")
    invalid = said == "unparsable"
    wrong = (said != right) & ~invalid
    return Figures(
        len(right),
        fewest,
        float(np.mean([(said == right)[side].mean() for side in sides])),
        float(np.mean([wrong[side].mean() for side in sides])),
        float(invalid.mean()),
    )


def offered(
    manifest: Manifest, parts: Whole, candidates: dict[str, Mode], cases: Cases
) -> tuple[dict[str, Mode], dict[str, Figures]]:
    """The modes that a manifest may name: of those that pass, the best of each kind.

    candidates: by any name, `rl` or `readme`; each is judged by itself
    returns:    the modes by kind, and the figures of all candidates by name
    """
    figures, passed = dict[str, Figures](), dict[str, tuple[float, Mode]]()
    for name, mode in candidates.items():
        kind = kind_of(mode)
        figures[name] = measure(Guard(replace(manifest, modes={kind: mode}), parts), cases)
        accuracy = figures[name].balanced_accuracy
        if not figures[name].refusal and accuracy > passed.get(kind, (0.0, mode))[0]:
            passed[kind] = accuracy, mode
    return {kind: mode for kind, (_, mode) in passed.items()}, figures

"""Judge many pictures with a build and with its checkpoint's float32 build, and compare.

The pictures are those of the mini benchmark's first set, or of a folder in SafeEditBench's layout.
"""

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engines.errors import EngineError
from engines.manifest import Manifest
from engines.safeguard.answer import Answer
from engines.safeguard.gate import Cases
from engines.safeguard.guard import Guard
from engines.safeguard.letterbox import letterbox
from engines.safeguard.shape import Shape
from engines.safeguard.tolerances import LIMITS, answers_apart

from .labelled import labelled
from .testsets import SETS, build

BATCH = 32


def measured(
    folder: Path,
    reference: Path,
    cases_of: Callable[[int], Cases],
    advance: Callable[[int], object],
) -> Manifest:
    """The build's manifest with how far its judgements are from the reference's, not written.

    cases_of: labelled pictures of a side; advance: told how many more are judged, twice each
    raises:   EngineError
    """
    manifest, other = Manifest.load(folder), Manifest.load(reference)
    same = Shape.from_dict(other.shape) == Shape.from_dict(manifest.shape)
    if other.precision != "float32" or not same:
        raise EngineError(
            f"{reference} must hold the same model in float32; it is in {other.precision}, its "
            f"numbers are {'the same' if same else 'others'}"
        )
    cases = cases_of(manifest.image_side)
    found, wanted = (_judged(one, cases, advance) for one in (folder, reference))
    figures: dict[str, Any] = {"reference": other.build, **answers_apart(found, wanted)}
    return replace(
        manifest,
        parity=manifest.parity | {"cases": figures},
        tolerances=dict(LIMITS[manifest.precision]),
    )


def cases_from(folder: Path | None, pairs: int) -> Callable[[int], Cases]:
    """Labelled pictures of a folder, or both pictures of the mini benchmark's first pairs."""
    if folder is not None:
        return functools.partial(labelled, folder)
    return functools.partial(_pairs, pairs)


def _pairs(pairs: int, side: int) -> Cases:
    drawn, frames = build(SETS[0], pairs)
    return Cases(
        np.stack([letterbox(frame, side) for frame in frames]),
        [pair.text for pair in drawn for _ in pair.scenes],
        [word for pair in drawn for word in pair.words],
    )


def _judged(folder: Path, cases: Cases, advance: Callable[[int], object]) -> list[Answer]:
    guard, answers = Guard.load(folder), list[Answer]()
    for start in range(0, len(cases.frames), BATCH):
        part = slice(start, start + BATCH)
        answers += guard.judge(cases.frames[part], cases.policies[part])
        advance(len(cases.frames[part]))
    return answers

"""Execute a build's golden inputs on this machine, and write down that it was done and how it went.

A build that no machine has executed claims nothing and is loaded by nobody; `record` is what makes
it loadable. Needs no torch, except for builds that run on it.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.errors import EngineError
from engines.execution import executed_here, gpu_of
from engines.manifest import Manifest, sha256_of

from .forced import Line, forced, read_reference
from .golden import FILE as GOLDEN
from .golden import Golden, write_golden
from .guard import MODES, Guard
from .parts import Whole
from .shape import Shape
from .tolerances import broken_golden, logits_apart


def compare(folder: Path, manifest: Manifest, parts: Whole) -> dict[str, Any]:
    """How far this build's logits are from the reference's, over the golden inputs.

    raises: EngineError if they are outside of the precision's limits
    """
    lines, reference = read_reference(folder)
    shape, found = Shape.from_dict(manifest.shape), list[Any](reference)
    for name, mode in manifest.modes.items():
        mine = [number for number, line in enumerate(lines) if line.mode == name]
        if not mine:
            raise EngineError(f"{folder} has no golden input in mode {name}")
        part = [lines[number] for number in mine]
        logits = forced(parts, shape, mode, _frames(folder, part), part)
        for number, one in zip(mine, logits, strict=True):
            found[number] = one
    figures = {"inputs": len(lines), **logits_apart(found, reference)}
    if faults := broken_golden(manifest.precision, {"golden": figures}):
        raise EngineError(f"{folder} is not its checkpoint: {'; '.join(faults)}")
    return figures


def executed(folder: Path, manifest: Manifest, parts: Whole, at: str) -> Manifest:
    """Compare, judge the golden pictures, write golden.json.

    at:      the time, UTC
    returns: the manifest with what it now can claim, not written
    raises:  EngineError
    """
    figures = compare(folder, manifest, parts)
    here = executed_here(manifest.runtime, at, gpu_of(manifest.runtime))
    lines, _ = read_reference(folder)
    asked = next(name for name in MODES if name in manifest.modes)
    shown = [line for line in lines if line.mode == asked]
    answers = Guard(manifest, parts).judge(_frames(folder, shown), [line.policy for line in shown])
    golden = zip(shown, answers, strict=True)
    write_golden(folder, [Golden(line.frame, line.policy, a.word, a.score) for line, a in golden])
    before = [one for one in manifest.executed_on if replace(one, at=at) != here]
    return replace(
        manifest,
        files=manifest.files | {GOLDEN: sha256_of(folder / GOLDEN)},
        parity=manifest.parity | {"golden": figures},
        executed_on=(*before, here),
    )


def _frames(folder: Path, lines: Sequence[Line]) -> NDArray[np.uint8]:
    return np.stack([np.asarray(Image.open(folder / line.frame)) for line in lines])

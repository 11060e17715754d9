"""Fit an engine's scores to how often they are right, and write that into its manifest.

    python -m retrain.calibrate engines/weights/safeguard-demo --plot reliability.svg

Fits on policies that neither training nor any test set has, measures on others of that kind, and
judges both as the worker does. Writes the manifest and the golden answers anew; whatever
calibration was there before is dropped. Needs no torch.
"""

import argparse
import dataclasses
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engines.calibration import Calibration, grade_of
from engines.manifest import sha256
from engines.safeguard import golden
from engines.safeguard.calibration import FIRST, METHOD, SECOND, Scale, doubted, is_doubtful
from engines.safeguard.guard import Guard

from . import logistic
from .bench.run import bars
from .calibration_sets import Drawn, draw_set
from .reliability import auroc, bins, ece
from .reliability_plot import draw

PAIRS = 1500  # of each set
PART = 48  # pictures between two moves of the progress bar

Told = TypeVar("Told")
Ask = Callable[[NDArray[np.uint8], Sequence[str]], list[Told]]

log = logging.getLogger(__name__)


def main() -> None:
    """Calibrate an engine's folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", type=Path, help="folder with a manifest")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="of each set")
    parser.add_argument("--plot", type=Path, help="write the reliability plot, an .svg file")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    found = calibrate(arguments.engine, arguments.pairs)
    if arguments.plot:
        arguments.plot.write_text(draw(found), encoding="utf-8")
    log.info(json.dumps(found, indent=1))


def calibrate(engine: Path, pairs: int) -> dict[str, Any]:
    """Fit, measure, write; the figures, JSON-ready."""
    raw = Guard.load(engine).calibrated(Calibration())
    fitted = fit(raw, draw_set("fit", pairs))
    guard = raw.calibrated(fitted)
    figures = measure(guard, draw_set("test", pairs))
    graded = dataclasses.replace(
        fitted,
        ece=figures["ece"],
        auroc=figures["auroc"],
        grade=grade_of(figures["ece"], figures["auroc"]),
    )
    write(engine, guard.calibrated(graded))
    return {"engine": guard.manifest.engine, "grade": graded.grade, **figures}


def fit(raw: Guard, drawn: Drawn) -> Calibration:
    """Both maps. raw: the guard without a calibration."""
    said = asked(raw.said, drawn.frames, drawn.texts, "fitting: answers")
    features = np.array([one.features for one in said])
    first = logistic.fit(features, drawn.unsafe)
    none = (0.0, 0.0, 0.0)
    scale = Scale(Calibration(method=METHOD, parameters={FIRST: first, SECOND: none}))
    scores = [scale.first(one) for one in said]
    doubtful = np.flatnonzero([is_doubtful(score) for score in scores])
    texts = [drawn.texts[i] for i in doubtful]
    ends = asked(raw.endings, drawn.frames[doubtful], texts, "fitting: doubts")
    second = np.array([doubted(scores[i], end) for i, end in zip(doubtful, ends, strict=True)])
    weights = logistic.fit(second, drawn.unsafe[doubtful]) if len(texts) else (0.0, 1.0, 0.0)
    return Calibration(
        method=METHOD,
        parameters={FIRST: first, SECOND: weights},
        fitted_on=f"{len(said)} drawn pictures, policies in no training and no test set",
    )


def measure(guard: Guard, drawn: Drawn) -> dict[str, Any]:
    """ECE and AUROC of all answers and of those about held-out sentences; the plot's bins."""
    answers = asked(guard.judge, drawn.frames, drawn.texts, "measuring")
    parsed = np.array([answer.word != "unparsable" for answer in answers])
    said, true = np.array([answer.score for answer in answers]), drawn.unsafe
    pair = np.arange(len(said)) // 2
    parts = {"trained_sentences": pair % 2 == 0, "held_out_sentences": pair % 2 == 1}
    return {
        "pictures": len(said),
        "unparsable": round(float(1 - parsed.mean()), 4),
        "ece": round(ece(said[parsed], true[parsed]), 4),
        "auroc": round(auroc(said[parsed], true[parsed]), 4),
        "bins": [dataclasses.asdict(one) for one in bins(said[parsed], true[parsed])],
        **{
            f"auroc_{name}": round(auroc(said[parsed & part], true[parsed & part]), 4)
            for name, part in parts.items()
        },
    }


def asked(ask: Ask[Told], frames: NDArray[np.uint8], texts: Sequence[str], task: str) -> list[Told]:
    """What a guard says about all of it, with a progress bar."""
    told: list[Told] = []
    with bars() as progress:
        bar = progress.add_task(task, total=len(texts))
        for start in range(0, len(texts), PART):
            told += ask(frames[start : start + PART], texts[start : start + PART])
            progress.update(bar, completed=len(told))
    return told


def write(engine: Path, guard: Guard) -> None:
    """The golden answers as the calibrated guard gives them, then the manifest."""
    held = golden.read_golden(engine)
    frames = golden.golden_frames(engine, held)
    answers = guard.judge(frames, [entry.policy for entry in held])
    scored = [
        dataclasses.replace(entry, word=answer.word, score=answer.score)
        for entry, answer in zip(held, answers, strict=True)
    ]
    golden.write_golden(engine, scored)
    digest = sha256((engine / golden.FILE).read_bytes())
    files = {**guard.manifest.files, golden.FILE: digest}
    dataclasses.replace(guard.manifest, files=files).save(engine)


if __name__ == "__main__":
    main()

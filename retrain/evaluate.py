"""Measure a run's newest checkpoint, as exported, on fresh seeds.

    python -m retrain.evaluate runs/guard

Writes runs/guard/build/ (graphs and weights) and runs/guard/evaluation.json. `--look 0.1` is for
looks at a training in progress: a tenth of each set, from seeds that the measurement never uses;
its figures are told and not written.
"""

import argparse
import json
import logging
from pathlib import Path
from typing import Any

import torch

from engines.safeguard.guard import Guard

from . import ability
from .bars import FILE
from .baselines import baselines
from .build import draft, exported_parts, load_guard, write_build
from .macro import Judged, macro
from .measures import figures
from .testsets import LEVEL_SETS, LOOK_SEED, SEED, SETS, build

BUILD = "build"

log = logging.getLogger(__name__)


def main() -> None:
    """Evaluate and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder of retrain.sft")
    parser.add_argument("--look", type=float, help="share of each set, from other seeds")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s")
    log.setLevel(logging.INFO)  # the exporter's own words would drown ours
    torch.set_num_threads(1)
    model, tokenizer = load_guard(arguments.run)
    write_build(model, tokenizer, arguments.run / BUILD)
    manifest, parts = draft(model.shape, tokenizer), exported_parts(arguments.run / BUILD)
    share, seed = arguments.look or 1.0, LOOK_SEED if arguments.look else SEED
    document = measured(Guard(manifest, parts), share, seed)
    document["ability"] = ability_of(Guard(ability.asking(manifest), parts), share)
    if arguments.look:
        return
    text = json.dumps(document, indent=1)
    (arguments.run / FILE).write_text(text + "\n", encoding="utf-8")


def measured(guard: Guard, share: float, seed: int = SEED) -> dict[str, Any]:
    """Figures of all sets, the baselines of the first, and the mean over the named policies."""
    sets: dict[str, Any] = {}
    levels: dict[str, Judged] = {}
    for test in SETS:
        pairs, frames = build(test, max(1, int(test.pairs * share)), seed)
        answers = guard.judge(frames, [pair.text for pair in pairs for _ in pair.scenes])
        sets[test.name] = figures(pairs, answers)
        log.info("%s %s", test.name, json.dumps(sets[test.name]))
        if test in LEVEL_SETS:
            levels[test.name] = pairs, answers
    guessed = baselines(max(1, int(SETS[0].pairs * share)))
    return {"sets": sets, "baselines": guessed, "macro": macro(levels)}


def ability_of(guard: Guard, share: float) -> dict[str, Any]:
    """Figures of a guard that is asked questions."""
    questions, frames = ability.build(max(1, int(ability.ASKED * share)))
    answers = guard.judge(frames, [question.text for question in questions])
    found = ability.figures(questions, answers)
    log.info("ability %s", json.dumps(found))
    return found


if __name__ == "__main__":
    main()

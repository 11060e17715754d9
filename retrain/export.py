"""Turn a measured run into an engine version that a worker can load.

    python -m retrain.export runs/guard engines/weights/safeguard-demo

Takes runs/guard/build/ and evaluation.json as retrain.evaluate left them, adds golden inputs, the
parity with plain torch, and the manifest; then loads the result as a worker would.
"""

import argparse
import dataclasses
import json
import logging
import shutil
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engines.safeguard.golden import FILE as GOLDEN
from engines.safeguard.golden import Golden, write_golden
from engines.safeguard.guard import Guard
from engines.safeguard.letterbox import letterbox
from engines.safeguard.parts import DECODER, TOKENIZER, VISION, WEIGHTS
from engines.scenes.draw import draw
from engines.scenes.layout import arrange
from engines.scenes.world import SIDE

from .bars import FILE
from .build import digests, draft, exported_parts, load_guard, reference_parts
from .evaluate import BUILD
from .parity import parity
from .testsets import SETS
from .testsets import build as build_set

PARITY_PAIRS = 100
GOLDEN_SCENES = (  # place, objects, seed, policy
    ("street", ("gun", "flag"), 1, "No guns. Anything else is allowed."),
    ("street", ("bottle", "flag"), 2, "No guns. Anything else is allowed."),
    ("museum", ("knife",), 3, "No knives except in the museum. Anything else is allowed."),
    ("kitchen", ("syringe", "adult"), 4, "Reject syringes without an adult. The rest is fine."),
    ("kitchen", ("syringe", "bottle"), 5, "Reject syringes without an adult. The rest is fine."),
)

log = logging.getLogger(__name__)


def main() -> None:
    """Write the engine's folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder that retrain.evaluate has measured")
    parser.add_argument("target", type=Path, help="folder of the engine version")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    part = arguments.target.with_name(arguments.target.name + ".part")
    write_version(arguments.run, part)
    build = Guard.load(part).manifest.build
    shutil.rmtree(arguments.target, ignore_errors=True)
    part.rename(arguments.target)  # in one move, so that nobody loads half a version
    log.info("%s is ready", build)


def write_version(run: Path, target: Path) -> None:
    """Everything in the folder."""
    model, tokenizer = load_guard(run)
    target.mkdir(parents=True, exist_ok=True)
    names = [WEIGHTS, VISION, DECODER, TOKENIZER]
    for name in names:
        shutil.copyfile(run / BUILD / name, target / name)
    unmeasured, exported = draft(model.shape, tokenizer), exported_parts(target)
    pairs, frames = build_set(SETS[0], PARITY_PAIRS)
    texts = [pair.text for pair in pairs for _ in pair.scenes]
    apart = parity(unmeasured, exported, reference_parts(model, tokenizer), frames, texts)
    names += [*_write_golden(Guard(unmeasured, exported), target), GOLDEN]
    manifest = dataclasses.replace(
        unmeasured,
        files=digests(target, names),
        parity=apart,
        evaluation=json.loads((run / FILE).read_text(encoding="utf-8")),
    )
    manifest.save(target)


def _write_golden(guard: Guard, target: Path) -> list[str]:
    """Draw and judge the golden scenes; returns the frames' file names."""
    names, texts, frames = [], [], []
    for number, (place, objects, seed, text) in enumerate(GOLDEN_SCENES):
        frame: NDArray[np.uint8] = letterbox(draw(arrange(place, objects, seed)), SIDE)
        names.append(f"golden_{number}.png")
        Image.fromarray(frame).save(target / names[-1], optimize=True)
        texts.append(text)
        frames.append(frame)
    answers = guard.judge(np.stack(frames), texts)
    golden = zip(names, texts, answers, strict=True)
    write_golden(target, [Golden(name, text, a.word, a.score) for name, text, a in golden])
    return names


if __name__ == "__main__":
    main()

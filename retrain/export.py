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
from datetime import UTC, datetime
from pathlib import Path

import torch

from engines.compile.golden import write_golden_inputs
from engines.safeguard.check import executed
from engines.safeguard.guard import Guard
from engines.safeguard.parts import DECODER, TOKENIZER, VISION, WEIGHTS
from engines.safeguard.tolerances import FLOAT32

from .bars import FILE
from .build import digests, draft, exported_parts, load_guard, reference_parts
from .evaluate import BUILD
from .parity import parity
from .testsets import SETS
from .testsets import build as build_set

PARITY_PAIRS = 100

log = logging.getLogger(__name__)


def main() -> None:
    """Write the engine's folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder that retrain.evaluate has measured")
    parser.add_argument("target", type=Path, help="folder of the engine version")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s")
    log.setLevel(logging.INFO)
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
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in (WEIGHTS, VISION, DECODER, TOKENIZER):
        shutil.copyfile(run / BUILD / name, target / name)
    unmeasured, exported = draft(model.shape, tokenizer), exported_parts(target)
    pairs, frames = build_set(SETS[0], PARITY_PAIRS)
    texts = [pair.text for pair in pairs for _ in pair.scenes]
    apart = parity(unmeasured, exported, reference_parts(model, tokenizer), frames, texts)
    evaluation = json.loads((run / FILE).read_text(encoding="utf-8"))
    write_golden_inputs(target, run / BUILD, model.shape, unmeasured.modes, log.info)
    measured = dataclasses.replace(
        unmeasured, parity=apart, evaluation=evaluation, executed_on=(), tolerances=dict(FLOAT32)
    )
    manifest = executed(target, measured, exported, f"{datetime.now(UTC):%FT%TZ}")
    names = [path.name for path in target.iterdir()]
    dataclasses.replace(manifest, files=digests(target, names)).save(target)


if __name__ == "__main__":
    main()

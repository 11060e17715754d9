"""Train the small guard from nothing, in one command: 130 minutes of one processor core.

    python -m retrain.sft --out runs/guard --seed 0
    python -m retrain.sft --out runs/guard --seed 0 --device cuda --minutes 9   # a slice on a GPU

Stages, each with its checkpoint in --out (a finished one is not repeated, a broken-off one resumes
at its last checkpoint with a fresh learning-rate warm-up; the same command goes on until all are
done, and ends with 3 where a slice was too short):
0 perception: the vision tower alone, see perception.py
1 words:      list the image, recite policies; easy sentences first, two rules, then five
2 policies:   judge strict pairs, each by a trace that lists and then judges
3 practice:   the same, to the end of the learning rate's course
Source: SafeGuard-VL ("Towards policy-adaptive image guardrail", CVPR 2026), whose first stage is
supervised too.
Differences: 1) a drawn world instead of images from the internet; 2) traces and labels known by
construction, where the paper trains on descriptions alone; 3) no reinforcement learning stage.
"""

import argparse
import logging
import os
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from engines.safeguard.shape import Shape, TextShape

from .learner import Learner
from .stages import Classroom, Stage, cosine, judge, perceive, recite, sight, train
from .supply import POOL_STEPS, pools
from .tokenizer import build_tokenizer

STAGES = (
    Stage("perception", 5500, perceive, cosine, parts=sight),
    Stage("words", 900, recite, lambda done: 1.0),
    Stage("policies", 2800, judge, cosine, (0.0, 0.5)),
    Stage("practice", 2800, judge, cosine, (0.5, 1.0)),
)
UNFINISHED = 3  # exit status of a slice that ended before the last stage

log = logging.getLogger(__name__)


def main() -> None:
    """Run the stages that --out lacks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--seed", type=int, default=0, help="of weights and order")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="of this slice")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * arguments.minutes
    learner = new_learner(arguments.out, arguments.seed, arguments.device)
    drawers = (os.cpu_count() or 1) - 1 if arguments.device == "cuda" else 0
    for number, stage in enumerate(STAGES):
        room = partial(classroom, arguments.seed, number, drawers)
        if not train(learner, room, stage, arguments.out, until):
            log.info("the slice is over; the same command goes on with %s", stage.name)
            sys.exit(UNFINISHED)


def classroom(seed: int, stage: int, drawers: int, first: int) -> Classroom:
    """What a stage draws from its step `first` on."""
    supply = pools(seed, stage, -(-first // POOL_STEPS), drawers)
    return Classroom(supply, np.random.default_rng((seed, stage, first)))


def new_learner(out: Path, seed: int, device: str = "cpu") -> Learner:
    """A fresh learner with the run's tokenizer, which is trained once and then kept."""
    path = out / "tokenizer.json"
    if not path.exists():
        build_tokenizer().save(str(path))
    tokenizer = Tokenizer.from_file(str(path))
    return Learner(Shape(TextShape(tokenizer.get_vocab_size())), tokenizer, seed, device)


if __name__ == "__main__":
    main()

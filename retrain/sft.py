"""Train the small guard from nothing, in one command: 90 minutes of one processor core.

    python -m retrain.sft --out runs/guard --seed 0

Stages, each with its checkpoint in --out (a finished one is not repeated, a broken-off one resumes
at its last checkpoint with a fresh learning-rate warm-up and the same stream of rows):
0 perception: the vision tower alone, see perception.py
1 words:      list the image, recite the policy; easy sentences first, two rules, then five
2 policies:   judge strict pairs, each by a trace that lists and then judges
3 practice:   the same, to the end of the learning rate's course
Source: SafeGuard-VL ("Towards policy-adaptive image guardrail", CVPR 2026), whose first stage is
supervised too.
Differences: 1) a drawn world instead of images from the internet; 2) traces and labels known by
construction, where the paper trains on descriptions alone; 3) no reinforcement learning stage.
"""

import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from engines.safeguard.shape import Shape, TextShape

from . import perception
from .learner import Learner
from .pool import Pool, render
from .scenes import random_twins
from .stages import Classroom, Stage, cosine, policy_rows, train, words_rows
from .tokenizer import build_tokenizer

TWINS = 16_000  # 32 000 pictures
POOL_SEED = 1000
PERCEPTION_STEPS = 5000  # of 32 pictures
WORDS = Stage("words", 300, words_rows, lambda done: 1.0)
POLICIES = Stage("policies", 2200, policy_rows, cosine, (0.0, 0.5))
PRACTICE = Stage("practice", 2200, policy_rows, cosine, (0.5, 1.0))

log = logging.getLogger(__name__)


def main() -> None:
    """Run the stages that --out lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--seed", type=int, default=0, help="of weights and order")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    out, seed = arguments.out, arguments.seed
    out.mkdir(parents=True, exist_ok=True)
    pool = training_pool(seed)
    see(out / "perception.pt", pool, seed)
    learner = new_learner(out, seed)
    learner.load_perception(out / "perception.pt")
    for number, stage in enumerate((WORDS, POLICIES, PRACTICE), start=1):
        train(learner, Classroom(pool, np.random.default_rng((seed, number))), stage, out)


def training_pool(seed: int) -> Pool:
    """The pictures of all stages."""
    rng = np.random.default_rng((POOL_SEED, seed))
    pool = render([random_twins(rng) for _ in range(TWINS)], rng)
    log.info("%d pictures rendered", len(pool.pictures))
    return pool


def see(path: Path, pool: Pool, seed: int) -> None:
    """Stage 0."""
    if path.exists():
        return
    vision, seeing = perception.new_tower(Shape(TextShape(0)), seed)
    rng = np.random.default_rng((seed, 0))
    perception.train_perception(vision, seeing, pool, steps=PERCEPTION_STEPS, rng=rng)
    perception.save(path, vision, seeing)


def new_learner(out: Path, seed: int) -> Learner:
    """A fresh learner with the run's tokenizer, which is trained once and then kept."""
    path = out / "tokenizer.json"
    if not path.exists():
        build_tokenizer().save(str(path))
    tokenizer = Tokenizer.from_file(str(path))
    return Learner(Shape(TextShape(tokenizer.get_vocab_size())), tokenizer, seed)


if __name__ == "__main__":
    main()

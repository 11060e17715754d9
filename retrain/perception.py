"""Stage 0: teach the vision tower to see, before any language.

Each of the 36 cells of a picture says which object's centre it holds, the picture says its place.
Without this stage the guard never learns to count (perception was the bottleneck of every run).
"""

import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engines.safeguard.pixels import patchify
from engines.safeguard.shape import Shape
from engines.safeguard.vision import Vision
from engines.scenes.world import OBJECTS, PLACES

from .muon import Optimizers
from .pool import Pool, cells, place_class

BATCH = 32  # pictures
WARM_UP = 40  # steps
RATE_END = 0.1  # of the full learning rate
NOTHING_WEIGHT = 0.3  # empty cells are ten times as many
LOG_EVERY = 100  # steps

log = logging.getLogger(__name__)


class Seeing(nn.Module):
    """Linear heads on the image tokens: an object per cell, a place per picture."""

    def __init__(self, width: int) -> None:
        """`width` of an image token."""
        super().__init__()
        self.cell = nn.Linear(width, len(OBJECTS) + 1)
        self.place = nn.Linear(width, len(PLACES))
        weight = torch.ones(len(OBJECTS) + 1)
        weight[0] = NOTHING_WEIGHT
        self.weight: Tensor
        self.register_buffer("weight", weight, persistent=False)

    def loss(self, tokens: Tensor, objects: Tensor, places: Tensor) -> tuple[Tensor, float]:
        """Loss, and the share of pictures with every cell right.

        tokens: (B, cells, D); objects: (B, cells); places: (B,)
        """
        logits = self.cell(tokens)
        loss = cross_entropy(logits.flatten(0, 1), objects.flatten(), weight=self.weight)
        loss = loss + 0.3 * cross_entropy(self.place(tokens.mean(1)), places)
        return loss, (logits.argmax(-1) == objects).all(1).float().mean().item()


class Answers:
    """What every picture of a pool shows, as classes."""

    def __init__(self, pool: Pool) -> None:
        """Computed once."""
        scenes = [pool.scene(picture) for picture in range(len(pool.pictures))]
        self.objects = np.stack([cells(scene) for scene in scenes])  # (2n, cells)
        self.places = np.array([place_class(scene) for scene in scenes])

    def of(self, pictures: NDArray[np.int64], *, mirrored: bool = False) -> tuple[Tensor, Tensor]:
        """Cell and place classes, (B, cells) and (B,)."""
        objects = self.objects[pictures]
        if mirrored:
            rows = int(objects.shape[1] ** 0.5)
            objects = objects.reshape(-1, rows, rows)[:, :, ::-1].reshape(objects.shape)
        return torch.from_numpy(objects.copy()), torch.from_numpy(self.places[pictures])


def train_perception(
    vision: Vision, seeing: Seeing, pool: Pool, *, steps: int, rng: np.random.Generator
) -> None:
    """Train the tower and its heads in place."""
    answers, optimizers = Answers(pool), Optimizers([vision, seeing], apart=costly(vision))
    average = [0.0, 0.0]
    for step in range(1, steps + 1):
        chosen = rng.integers(0, len(pool.pictures), BATCH)
        pictures, mirrored = pool.pictures[chosen], rng.random() < 0.5
        if mirrored:
            pictures = pictures[:, :, ::-1]
        tokens = vision(torch.from_numpy(patchify(pictures, vision.shape)))
        loss, right = seeing.loss(tokens, *answers.of(chosen, mirrored=mirrored))
        optimizers.step(loss, min(1.0, step / WARM_UP) * (1 - (1 - RATE_END) * step / steps))
        keep = min(0.98, step / (step + 1))
        average = [
            keep * average[0] + (1 - keep) * loss.item(),
            keep * average[1] + (1 - keep) * right,
        ]
        if step % LOG_EVERY == 0:
            log.info("see %d/%d loss %.3f all cells right %.3f", step, steps, *average)


def costly(vision: Vision) -> list[Tensor]:
    """The merger's square matrix: orthogonalising it would take an eighth of a step."""
    square = vision.merger.mlp[0]
    assert isinstance(square, nn.Linear)
    return [square.weight]


def save(path: Path, vision: Vision, seeing: Seeing) -> None:
    """Write a checkpoint of this stage."""
    torch.save({"vision": vision.state_dict(), "seeing": seeing.state_dict()}, path)


def new_tower(shape: Shape, seed: int) -> tuple[Vision, Seeing]:
    """Fresh weights, from the seed alone."""
    torch.manual_seed(seed)
    vision, seeing = Vision(shape), Seeing(shape.text.width)
    initialise(vision)
    return vision, seeing


def initialise(module: nn.Module, std: float = 0.05) -> None:
    """Normal weights and zero biases, as transformers initialises, only wider."""
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv3d | nn.Embedding):
            nn.init.normal_(part.weight, std=std)
        if isinstance(part, nn.Linear) and part.bias is not None:
            nn.init.zeros_(part.bias)

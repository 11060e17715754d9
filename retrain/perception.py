"""Stage 0: teach the vision tower to see, before any language.

Each of the 36 cells of a picture says which object's centre it holds, the picture says its place.
Without this stage the guard never learns to count (perception was the bottleneck of every run).
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engines.safeguard.vision import Vision
from engines.scenes.world import OBJECTS, PLACES

from .pool import Pool, cells, place_class

NOTHING_WEIGHT = 0.3  # empty cells are ten times as many

Seen = tuple[Tensor, Tensor]  # classes of cells and of the place


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

    def of(self, pictures: NDArray[np.int64], *, mirrored: bool = False) -> Seen:
        """Cell and place classes, (B, cells) and (B,)."""
        objects = self.objects[pictures]
        if mirrored:
            rows = int(objects.shape[1] ** 0.5)
            objects = objects.reshape(-1, rows, rows)[:, :, ::-1].reshape(objects.shape)
        return torch.from_numpy(objects.copy()), torch.from_numpy(self.places[pictures])


def costly(vision: Vision) -> list[Tensor]:
    """The merger's square matrix: orthogonalising it would take an eighth of a step."""
    square = vision.merger.mlp[0]
    assert isinstance(square, nn.Linear)
    return [square.weight]


def initialise(module: nn.Module, std: float = 0.05) -> None:
    """Normal weights and zero biases, as transformers initialises, only wider."""
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv3d | nn.Embedding):
            nn.init.normal_(part.weight, std=std)
        if isinstance(part, nn.Linear) and part.bias is not None:
            nn.init.zeros_(part.bias)

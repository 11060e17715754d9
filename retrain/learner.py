"""Hold everything that learns, and turn a batch into one loss.

The guard itself, the perception heads of stage 0, and a linear probe that reads each sentence's
meaning at its full stop (with it the policy is understood in half the steps; 92 s ablation).
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engines.safeguard.model import SafeGuard
from engines.safeguard.pixels import patchify
from engines.safeguard.shape import Shape
from engines.safeguard.vision import Vision
from engines.scenes.world import OBJECTS

from .batches import ARGUMENTS, CLAUSE_KINDS, IGNORE, Batch
from .forward import Packed
from .perception import Seeing, Seen, initialise

SEEING_WEIGHT = 0.5
CLAUSE_WEIGHT = 0.5


@dataclass(frozen=True)
class Losses:
    """What one batch cost, and what the log says about it."""

    total: Tensor
    figures: dict[str, float]


class ClauseProbe(nn.Module):
    """Linear heads at a sentence's full stop: object, kind of rule, argument."""

    def __init__(self, width: int) -> None:
        """`width` of a hidden state."""
        super().__init__()
        self.name = nn.Linear(width, len(OBJECTS))
        self.kind = nn.Linear(width, len(CLAUSE_KINDS))
        self.argument = nn.Linear(width, len(ARGUMENTS))

    def loss(self, hidden: Tensor, classes: Tensor) -> Tensor:
        """hidden: (m, D); classes: (3, m) of object, kind, argument."""
        heads = (self.name, self.kind, self.argument)
        losses = [
            cross_entropy(head(hidden), target, ignore_index=IGNORE)
            for head, target in zip(heads, classes, strict=True)
            if (target != IGNORE).any()
        ]
        return torch.stack(losses).sum()


class Learner(nn.Module):
    """All trained parts."""

    def __init__(self, shape: Shape, tokenizer: Tokenizer, seed: int, device: str = "cpu") -> None:
        """Fresh weights, from the seed alone."""
        super().__init__()
        torch.manual_seed(seed)
        self.guard = SafeGuard(shape)
        self.seeing = Seeing(shape.text.width)
        self.probe = ClauseProbe(shape.text.width)
        initialise(self.guard)
        self.to(device)
        self.device, self.tokenizer = torch.device(device), tokenizer
        self.packed = Packed(self.guard, tokenizer)

    @property
    def tower(self) -> Vision:
        """The guard's eyes."""
        assert isinstance(self.guard.visual, Vision)
        return self.guard.visual

    def patches(self, pictures: NDArray[np.uint8]) -> Tensor:
        """Pictures (B, side, side, 3) as the tower takes them."""
        return torch.from_numpy(patchify(pictures, self.guard.shape.vision)).to(self.device)

    def losses(self, pixels: Tensor, seen: Seen, batch: Batch) -> Losses:
        """Words, perception and clauses together.

        pixels: patches of the batch's pictures; seen: their cell and place classes
        """
        batch = batch.to(self.device)
        images = self.guard.visual(pixels)
        hidden = self.packed(images, batch)
        row, column, target = batch.asked
        picked = hidden.last[hidden.index[row, column]]
        words = cross_entropy(self.guard.language_model.logits(picked), target)
        seeing, _ = self.seeing.loss(images, *on(self.device, seen))
        total = words + SEEING_WEIGHT * seeing
        figures = {"words": words.item(), "seeing": seeing.item(), "clauses": 0.0}
        if batch.clauses.shape[1]:
            row, column, *classes = batch.clauses
            probed = hidden.probed[hidden.index[row, column]]
            meaning = self.probe.loss(probed, torch.stack(classes))
            total, figures["clauses"] = total + CLAUSE_WEIGHT * meaning, meaning.item()
        return Losses(total, figures)

    def see(self, pixels: Tensor, seen: Seen) -> Losses:
        """Perception alone."""
        tokens = self.guard.visual(pixels)
        loss, right = self.seeing.loss(tokens, *on(self.device, seen))
        return Losses(loss, {"seeing": loss.item(), "all cells right": right})


def on(device: torch.device, seen: Seen) -> Seen:
    """The classes on a device."""
    objects, places = seen
    return objects.to(device), places.to(device)

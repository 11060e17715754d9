"""Hold everything that learns, and turn a batch into one loss.

The guard itself, the perception heads of stage 0, and a linear probe that reads each sentence's
meaning at its full stop (with it the policy is understood in half the steps; 92 s ablation).
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engines.safeguard.model import SafeGuard
from engines.safeguard.shape import Shape
from engines.scenes.world import OBJECTS

from .batches import ARGUMENTS, CLAUSE_KINDS, IGNORE, Batch
from .forward import Packed
from .perception import Seeing, initialise

SEEING_WEIGHT = 0.5
CLAUSE_WEIGHT = 0.5


@dataclass(frozen=True)
class Losses:
    """What one batch cost."""

    total: Tensor
    words: float
    seeing: float
    clauses: float


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

    def __init__(self, shape: Shape, tokenizer: Tokenizer, seed: int) -> None:
        """Fresh weights, from the seed alone."""
        super().__init__()
        torch.manual_seed(seed)
        self.guard = SafeGuard(shape)
        self.seeing = Seeing(shape.text.width)
        self.probe = ClauseProbe(shape.text.width)
        initialise(self.guard)
        self.tokenizer = tokenizer
        self.packed = Packed(self.guard, tokenizer)

    def losses(self, pixels: Tensor, seen: tuple[Tensor, Tensor], batch: Batch) -> Losses:
        """Words, perception and clauses together.

        pixels: patches of the batch's pictures; seen: their cell and place classes
        """
        images = self.guard.visual(pixels)
        hidden = self.packed(images, batch)
        row, column, target = batch.asked
        picked = hidden.last[hidden.index[row, column]]
        words = cross_entropy(self.guard.language_model.logits(picked), target)
        seeing, _ = self.seeing.loss(images, *seen)
        total, clauses = words + SEEING_WEIGHT * seeing, 0.0
        if batch.clauses.shape[1]:
            row, column, *classes = batch.clauses
            probed = hidden.probed[hidden.index[row, column]]
            meaning = self.probe.loss(probed, torch.stack(classes))
            total, clauses = total + CLAUSE_WEIGHT * meaning, meaning.item()
        return Losses(total, words.item(), seeing.item(), clauses)

    def load_perception(self, path: Path) -> None:
        """Take over the tower and the heads of stage 0."""
        stored = torch.load(path, weights_only=True)
        self.guard.visual.load_state_dict(stored["vision"])
        self.seeing.load_state_dict(stored["seeing"])

"""Update matrices by orthogonalised momentum, the rest by AdamW.

Source: Muon, kellerjordan.github.io/posts/muon; scale of the update from arXiv 2502.16982.
Differences: 1) float32; 2) matrices of one shape are orthogonalised in one batch.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
NEWTON_SCHULZ_STEPS = 5
RATE_MUON = 3e-3
RATE_ADAMW = 2e-3
GRADIENT_NORM_MAX = 1.0


class Muon(Optimizer):
    """Momentum whose singular values are all made one."""

    def __init__(
        self, matrices: Iterable[Tensor], rate: float, momentum: float = 0.95, decay: float = 0.01
    ) -> None:
        """Every parameter must be a matrix."""
        super().__init__(list(matrices), {"lr": rate, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One update; a closure is not supported."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = {}
            for matrix in group["params"]:
                if matrix.grad is not None:
                    by_shape.setdefault(matrix.shape, []).append(matrix)
            for matrices in by_shape.values():
                self._update(matrices, group)

    def _update(self, matrices: list[Tensor], group: dict[str, Any]) -> None:
        gradient = torch.stack([matrix.grad for matrix in matrices if matrix.grad is not None])
        state = self.state[matrices[0]]
        average = state.setdefault("average", torch.zeros_like(gradient))
        average.lerp_(gradient, 1 - group["momentum"])
        update = orthogonal(gradient.lerp(average, group["momentum"]))
        rate = group["lr"] * 0.2 * max(update.shape[1:]) ** 0.5
        for matrix, change in zip(matrices, update, strict=True):
            matrix.mul_(1 - group["lr"] * group["decay"]).add_(change, alpha=-rate)


def orthogonal(batch: Tensor) -> Tensor:
    """Newton-Schulz: about U V^T of each matrix of a batch (n, rows, columns)."""
    tall = batch.shape[1] > batch.shape[2]
    x = batch.mT if tall else batch
    x = x / (x.flatten(1).norm(dim=1).view(-1, 1, 1) + 1e-7)
    a, b, c = NEWTON_SCHULZ
    for _ in range(NEWTON_SCHULZ_STEPS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    result: Tensor = x.mT if tall else x
    return result


class Optimizers:
    """Muon for matrices, AdamW for the rest, one learning rate curve for both."""

    def __init__(
        self,
        modules: Iterable[nn.Module],
        apart: Iterable[Tensor] = (),
        slow: Iterable[Tensor] = (),
        slowness: float = 1.0,
    ) -> None:
        """What is trained, and how.

        apart: matrices that AdamW updates all the same, as embeddings want it
        slow:  what has learned before; it gets `slowness` of the learning rate
        """
        excluded, slowed = ({id(tensor) for tensor in some} for some in (apart, slow))
        named = [p for module in modules for p in module.parameters()]
        self.parameters = list({id(p): p for p in named}.values())
        self.optimizers: list[tuple[Optimizer, float]] = []
        for is_slow in (False, True):
            group = [p for p in self.parameters if (id(p) in slowed) == is_slow]
            self._add(group, excluded, slowness if is_slow else 1.0)

    def _add(self, group: list[nn.Parameter], excluded: set[int], share: float) -> None:
        matrices = [p for p in group if p.ndim == 2 and id(p) not in excluded]
        chosen = {id(p) for p in matrices}
        rest = [p for p in group if id(p) not in chosen]
        if rest:
            adam = AdamW(rest, RATE_ADAMW * share, betas=(0.9, 0.98), weight_decay=0.0)
            self.optimizers.append((adam, RATE_ADAMW * share))
        if matrices:
            self.optimizers.append((Muon(matrices, RATE_MUON * share), RATE_MUON * share))

    def step(self, loss: Tensor, share: float) -> None:
        """Update with `share` of the full learning rate."""
        for optimizer, _ in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters, GRADIENT_NORM_MAX)
        for optimizer, rate in self.optimizers:
            optimizer.param_groups[0]["lr"] = rate * share
            optimizer.step()

"""Muon's update has singular values of about one."""

import pytest
import torch

from retrain.muon import Optimizers, orthogonal

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("shape", [(2, 8, 8), (1, 4, 16), (3, 16, 4)])
def test_newton_schulz_evens_out_singular_values(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
    assert values.min() > 0.3 and values.max() < 1.3


def test_a_linear_layer_learns() -> None:
    torch.manual_seed(0)
    layer, x, target = torch.nn.Linear(8, 8), torch.randn(64, 8), torch.randn(8, 8)
    optimizers = Optimizers([layer])
    losses = []
    for _ in range(200):
        loss = (layer(x) - x @ target).pow(2).mean()
        losses.append(loss.item())
        optimizers.step(loss, 10.0)
    assert losses[-1] < losses[0] / 10

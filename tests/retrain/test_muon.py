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


def test_what_is_slow_moves_by_its_share_and_nothing_moves_twice() -> None:
    torch.manual_seed(0)
    layers = [torch.nn.Linear(8, 8, bias=False) for _ in range(2)]
    layers[1].load_state_dict(layers[0].state_dict())
    before = layers[0].weight.detach().clone()
    optimizers = Optimizers(layers, slow=layers[1].parameters(), slowness=0.25)
    x = torch.randn(64, 8)
    optimizers.step((layers[0](x) + layers[1](x)).pow(2).mean(), 1.0)
    moved = [(layer.weight.detach() - before).norm().item() for layer in layers]
    assert moved[1] == pytest.approx(0.25 * moved[0], rel=0.01)

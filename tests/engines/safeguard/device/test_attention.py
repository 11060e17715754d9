"""Attention without a mask is attention under one; a GPU's kernels agree with the plain ones."""

import pytest
import torch

from engines.safeguard.device.attention import (
    attend_behind,
    attend_once,
    lower_right,
    takes_flash,
)

pytestmark = pytest.mark.torch
ROWS, NEW, WHOLE, HEADS, KV, WIDTH = 3, 5, 12, 6, 2, 16


def heads(device: str = "cpu", dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    torch.manual_seed(0)
    sizes = ((NEW, HEADS), (WHOLE, KV), (WHOLE, KV))
    return [torch.randn(ROWS, *size, WIDTH).to(device, dtype) for size in sizes]


def by_hand(row: int, token: int, head: int, seen: int) -> torch.Tensor:
    """One query over the keys it sees, word by word from the definition."""
    query, key, value = heads()
    group = head // (HEADS // KV)
    scores = key[row, :seen, group] @ query[row, token, head] / WIDTH**0.5
    return scores.softmax(0) @ value[row, :seen, group]  # type: ignore[no-any-return]


def test_each_new_token_sees_what_is_before_it() -> None:
    found = attend_behind(*heads())
    for row, token, head in ((0, 0, 0), (1, 3, 2), (2, 4, 5)):
        want = by_hand(row, token, head, WHOLE - NEW + token + 1)
        assert (found[row, token, head] - want).abs().max() <= 1e-5


def test_one_token_a_row_sees_what_its_row_has() -> None:
    query, key, value = heads()
    seen = torch.arange(WHOLE) <= torch.tensor([[2], [11], [7]])
    found = attend_once(query[:, 0], key, value, seen)
    for row, count in enumerate((3, 12, 8)):
        for head in (0, 5):
            want = by_hand(row, 0, head, count)
            assert (found[row, head] - want).abs().max() <= 1e-5


def test_the_mask_is_drawn_from_the_lower_right_corner() -> None:
    want = [[True, True, False], [True, True, True]]
    assert lower_right(2, 3, torch.device("cpu")).tolist() == want


def test_no_processor_takes_flash() -> None:
    assert not takes_flash(heads(dtype=torch.bfloat16)[0])


@pytest.mark.gpu
def test_flash_attention_agrees_with_the_mask() -> None:
    half = heads("cuda", torch.bfloat16)
    assert takes_flash(half[0])
    want = attend_behind(*(part.float().cpu() for part in half))
    assert (attend_behind(*half).float().cpu() - want).abs().max() <= 0.02


@pytest.mark.gpu
def test_a_masked_kernel_agrees_with_the_plain_one() -> None:
    query, key, value = heads("cuda", torch.bfloat16)
    seen = torch.arange(WHOLE) <= torch.tensor([[2], [11], [7]])
    want = attend_once(query[:, 0].float().cpu(), key.float().cpu(), value.float().cpu(), seen)
    found = attend_once(query[:, 0].contiguous(), key, value, seen.cuda())
    assert (found.float().cpu() - want).abs().max() <= 0.02

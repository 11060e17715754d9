"""Operations are counted as the device would have to do them."""

from dataclasses import replace

import pytest

from engines.safeguard.shape import Shape, TextShape
from tests.bench import operations

TEXT = TextShape(100, width=8, layers=2, heads=2, kv_heads=1, inner=16)
SHAPE = Shape(TEXT)
LAYER = 2 * (8 * 8 * 2 + 8 * 4 * 2 + 3 * 8 * 16)  # of a token: q and o, k and v, feed-forward


def test_a_row_of_one_token_passes_all_layers_and_the_output_matrix() -> None:
    attention = 2 * 2 * 2 * 4 * 1  # scores and sums, two heads of four, one token seen
    assert operations.row(TEXT, 0, 1) == 2 * LAYER + 2 * attention + 2 * 100 * 8


def test_of_a_prefix_the_last_layer_computes_keys_and_values_alone() -> None:
    attention = 2 * 2 * 2 * 4 * (1 + 2 + 3)
    assert operations.prefix(TEXT, 3) == 3 * LAYER + attention + 3 * 2 * 2 * 8 * 4


def test_policies_are_counted_and_the_picture_once() -> None:
    one, five = (operations.frame(SHAPE, 10, policies, 20) for policies in (1, 5))
    assert five - one == 4 * operations.row(TEXT, 10, 20)


def test_windows_spare_the_tower_attention() -> None:
    whole = operations.tower(SHAPE)
    cut = replace(SHAPE.vision, window=32, full_blocks=(1,))
    spared = 2 * 2 * 128 * 2 * 144 * (144 - 16)  # two blocks of three see 16 patches, not 144
    assert whole - operations.tower(replace(SHAPE, vision=cut)) == spared


@pytest.mark.torch
@pytest.mark.parametrize(("policies", "teraflop"), [(1, 7.18), (5, 16.76), (32, 81.44)])
def test_the_published_shape_needs_what_the_docstring_says(policies: int, teraflop: float) -> None:
    from tests.bench.gpu_model import PUBLISHED

    found = operations.frame(PUBLISHED, 272, policies, 188) / 1e12
    assert found == pytest.approx(teraflop, abs=0.005)

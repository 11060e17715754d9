"""A plan has kernels for one new token a row, and for many."""

from dataclasses import replace

from engines.safeguard.profiles import ROWS, decoder_profiles, vision_profile
from engines.safeguard.shape import Shape, TextShape

SHAPE = Shape(TextShape(50, layers=1, kv_heads=2))


def test_a_step_has_one_new_token_a_row() -> None:
    step, prefill = decoder_profiles(SHAPE, 256)
    assert step["input_embeds"] == ((1, 1, 128), (8, 1, 128), (48, 1, 128))
    assert prefill["input_embeds"] == ((1, 1, 128), (8, 128, 128), (48, 256, 128))
    assert step["key_0"] == prefill["key_0"] == tuple((rows, 2, 256, 32) for rows in (1, 8, 48))


def test_the_tower_sees_whole_frames() -> None:
    assert vision_profile(SHAPE)["pixels"] == tuple((n * 144, 384) for n in (1, 8, 48))


def test_a_step_shows_no_image_and_a_prefill_may() -> None:
    deep = replace(SHAPE, vision=replace(SHAPE.vision, table=7, deep_blocks=(0, 2)))
    step, prefill = decoder_profiles(deep, 256)
    assert step["deepstack"] == tuple((rows, 2, 1, 128) for rows in ROWS)
    assert [size[2] for size in prefill["deepstack"]] == [1, 128, 256]

"""Hashes are those of PDQ's C++ reference, bit by bit, and survive what uploads go through.

The expected hashes of `waves` were computed with pdqhash 0.2.8, which wraps the reference:
`pdqhash.compute(waves(h, w))`, its vector packed with numpy.packbits.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from workers.media.pdq import LONGEST, distance, pdq

WAVES = {
    (512, 512): "ffeaffe8ffa2ff20ff08fc80ff80fa00fe00fa00ff00fc00fe00f800fa00f902",
    (288, 512): "fffffffffffaffeeffb8ffa0ff40fc00fc00f800f000e000f000e000e000e000",
    (360, 202): "a67ca6f8ae78a678f670eef0e6f0aee0a4e0a460fee0fe60a6e0266066e0e6e0",
    (100, 160): "580eb3fd6404a9ff6b804a0a527f56e0dcc044cf9d8ec59e9dbcc5b89db0e1b0",
    (64, 64): "f35526a0a99faab0544e059ab7752ac7babd8d6b55561574aa85aaab74828aac",
    (42, 34): "955a4cb5a34a4db5a24b5596aae94516baa94d56b2ad4952b66d49b2b65549ba",
}


def waves(height: int, width: int) -> NDArray[np.uint8]:
    """A picture of integers alone, so that it is the same everywhere."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    planes = [(x * x * 3 + y * 7 * x + y * y * c) // (91 + c) % 256 for c in (5, 11, 17)]
    return np.stack(planes, -1).astype(np.uint8)


def scene(seed: int = 0) -> Image.Image:
    """Blobs of all sizes, the larger the stronger, as photographs have."""
    random = np.random.default_rng(seed)
    total = np.zeros((360, 640, 3))
    for octave in range(6):
        noise = random.integers(0, 256, (3 << octave, 4 << octave, 3), np.uint8)
        total += np.asarray(Image.fromarray(noise).resize((640, 360))) / 2.0**octave
    strong = 127 + 1.5 * (total / 2 - 127)
    return Image.fromarray(strong.clip(0, 255).astype(np.uint8))


def bits(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    found = pdq(picture)
    assert found
    return found.bits


@pytest.mark.parametrize("size", WAVES)
def test_a_hash_is_that_of_the_reference(size: tuple[int, int]) -> None:
    assert bits(waves(*size)).tobytes().hex() == WAVES[size]


def test_quality_is_that_of_the_reference() -> None:
    qualities = [found.quality for size in WAVES if (found := pdq(waves(*size)))]
    assert qualities == [100, 100, 100, 100, 100, 77]


def test_luma_and_its_rgb_have_one_hash() -> None:
    luma = waves(360, 202)[:, :, 0]
    assert distance(bits(luma), bits(np.repeat(luma[:, :, None], 3, axis=2))) <= 2


@pytest.mark.parametrize("seed", range(8))
def test_brightness_contrast_and_scale_leave_a_hash_within_the_project_s_limit(seed: int) -> None:
    original = scene(seed)
    dark = original.point([int(level * 0.6) + 20 for level in range(256)] * 3)
    small = dark.resize((320, 180), Image.Resampling.BILINEAR)
    assert distance(bits(np.asarray(original)), bits(np.asarray(small))) <= 31


def test_other_scenes_are_far() -> None:
    hashes = [bits(np.asarray(scene(seed))) for seed in range(12)]
    apart = [distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(apart) > 60


@pytest.mark.parametrize("size", WAVES)
def test_the_mirrored_hash_is_that_of_the_mirrored_picture(size: tuple[int, int]) -> None:
    found = pdq(waves(*size))
    assert found
    assert distance(found.mirrored, bits(waves(*size)[:, ::-1])) == 0


def test_one_colour_has_no_quality() -> None:
    found = pdq(np.full((90, 160, 3), 77, np.uint8))
    assert found and found.quality == 0


def test_a_picture_of_four_pixels_has_no_hash() -> None:
    assert pdq(np.zeros((4, LONGEST, 3), np.uint8)) is None


def test_half_of_the_bits_are_set() -> None:
    assert int(np.bitwise_count(bits(waves(288, 512))).sum()) == 128

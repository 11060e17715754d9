"""The index finds exactly what comparing with every entry finds, whatever the list is like."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.hashlists.index import DISTANCE_MAX, HASH_BYTES, Hashes, Index, build


def random_hashes(count: int, seed: int = 0) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, HASH_BYTES), np.uint8)


def flipped(one: Hashes, bits: int, seed: int = 0) -> Hashes:
    """The hash with so many of its bits turned over."""
    where = np.random.default_rng(seed).choice(256, bits, replace=False)
    turned = np.unpackbits(one)
    turned[where] ^= 1
    return np.packbits(turned)


def compared(index: Index, wanted: Hashes, distance: int) -> dict[int, int]:
    """The slow way."""
    away = np.bitwise_count(index.hashes ^ wanted).sum(axis=1)
    return {int(row): int(away[row]) for row in np.flatnonzero(away <= distance)}


def found(index: Index, wanted: Hashes, distance: int) -> dict[int, int]:
    hits = index.within(wanted, distance)
    return dict(zip(hits.rows.tolist(), hits.distances.tolist(), strict=True))


@given(
    seed=st.integers(0, 2**32),
    count=st.integers(0, 400),
    twins=st.integers(0, 40),
    away=st.integers(0, 40),
    distance=st.integers(0, DISTANCE_MAX),
)
@settings(max_examples=200, deadline=None)
def test_it_finds_what_comparing_with_all_finds(
    seed: int, count: int, twins: int, away: int, distance: int
) -> None:
    wanted = random_hashes(1, seed)[0]
    near = [flipped(wanted, (away + n) % 40, seed + n) for n in range(twins)]
    index = build(
        np.concatenate([random_hashes(count, seed + 1), np.array(near, np.uint8)])
        if near
        else random_hashes(count, seed + 1)
    )
    assert found(index, wanted, distance) == compared(index, wanted, distance)


@pytest.mark.parametrize("distance", [0, 15, 16, 31])
def test_errors_spread_over_all_chunks_are_found(distance: int) -> None:
    """The worst case of the pigeonhole: as even as it can be."""
    wanted = random_hashes(1)[0]
    turned = np.unpackbits(wanted)
    turned[(np.arange(distance) * 8) % 256] ^= 1
    index = build(np.concatenate([random_hashes(3000, 1), np.packbits(turned)[None]]))
    assert found(index, wanted, distance) == {3000: distance}


def test_a_list_of_twins_is_compared_in_whole() -> None:
    one = random_hashes(1)[0]
    index = build(np.array([flipped(one, 5, seed) for seed in range(200)], np.uint8))
    assert found(index, one, 31) == dict.fromkeys(range(200), 5)


def test_a_million_entries_answer_a_frame_in_under_5_ms() -> None:
    index = build(random_hashes(1_000_000))
    frames = [flipped(index.hashes[n * 1000], 20, n) for n in range(30)]
    spent = []
    for number, frame in enumerate(frames):
        began = time.process_time()
        assert found(index, frame, 31) == {number * 1000: 20}
        spent.append(time.process_time() - began)
    assert sorted(spent)[len(spent) // 2] < 0.005

"""A reel gives out its squares in small chunks, and knows which frame each square shows."""

import numpy as np

from tests.workers.media import reels
from workers.media.reel import CHUNK_FRAMES

MANY = np.arange(100, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)


async def test_chunks_are_small_and_in_order() -> None:
    reel = reels.reel(MANY, [float(i) for i in range(100)])
    chunks = [chunk async for chunk in reel.chunks()]
    assert [len(chunk) for chunk in chunks] == [CHUNK_FRAMES] * 3 + [4]
    assert (np.concatenate(chunks) == MANY).all()


async def test_single_squares_can_be_asked_for() -> None:
    reel = reels.reel(MANY, [float(i) for i in range(100)])
    chunks = [chunk async for chunk in reel.chunks([7, 50])]
    assert [chunk[:, 0, 0, 0].tolist() for chunk in chunks] == [[7, 50]]


async def test_a_reel_without_frames_has_no_chunks() -> None:
    reel = reels.reel(MANY[:0], [])
    assert [chunk async for chunk in reel.chunks()] == []
    assert (reel.shown, reel.pts_seconds.tolist()) == ((), [])


def test_a_square_shows_the_first_of_its_frames() -> None:
    reel = reels.reel(MANY[:3], [0.0, 1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1, 2])
    assert [frame.pts_seconds for frame in reel.shown] == [0.0, 2.0, 4.0]
    assert reel.pts_seconds.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]

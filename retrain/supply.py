"""Supply fresh pictures: a new pool every few steps, so that no picture is learned by heart.

With one pool of 32 000 pictures the guard knew nearly every cell of those and half of the others'.
Pool k of a stage depends on the seed, the stage and k alone: a resumed run goes on with pools that
it has not seen, and processes that draw ahead change nothing.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count

import numpy as np

from .apart import TestPictures
from .pool import Pool, render
from .scenes import random_twins

POOL_SEED = 1000
TWINS = 512  # in a pool, two pictures each
POOL_STEPS = 50  # training steps on one pool

_tests: TestPictures | None = None  # of this process: every drawing process needs its own


def pools(seed: int, stage: int, first: int, drawers: int = 0) -> Iterator[Pool]:
    """Pools number first, first + 1, ... of a stage.

    drawers: processes that draw ahead; 0 draws here, when it is needed
    """
    drawn = partial(draw_pool, seed, stage)
    if not drawers:
        yield from map(drawn, count(first))
        return
    with ExitStack() as stack:
        executor = stack.enter_context(ProcessPoolExecutor(drawers))
        ahead = [executor.submit(drawn, number) for number in range(first, first + 2 * drawers)]
        stack.callback(executor.shutdown, wait=False, cancel_futures=True)
        for number in count(first + len(ahead)):
            yield ahead.pop(0).result()
            ahead.append(executor.submit(drawn, number))


def draw_pool(seed: int, stage: int, number: int) -> Pool:
    """One pool, without twins that look like a test picture."""
    global _tests
    _tests = _tests or TestPictures()
    rng = np.random.default_rng((POOL_SEED, seed, stage, number))
    return without(render([random_twins(rng) for _ in range(TWINS)], rng), _tests)


def without(pool: Pool, tests: TestPictures) -> Pool:
    """The pool without twins of which one looks like a test picture."""
    alike = [
        tests.have_one_like(pool.scene(number), picture)
        for number, picture in enumerate(pool.pictures)
    ]
    kept = np.flatnonzero(~np.array(alike).reshape(-1, 2).any(1))
    pictures = pool.pictures.reshape(-1, 2, *pool.pictures.shape[1:])[kept]
    return Pool(tuple(pool.twins[i] for i in kept), pictures.reshape(-1, *pictures.shape[2:]))

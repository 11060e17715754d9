"""Chance falls alike for a frame and a prompt, wherever their row stands."""

import numpy as np

from engines.safeguard.sampling import drawn, likeliest, log_probabilities, seed_of

LOGITS = np.random.default_rng(0).normal(size=(3, 50)).astype(np.float32)
SEEDS = [(1, 2, 0), (3, 4, 0), (5, 6, 0)]


def test_a_row_draws_the_same_alone_and_among_others() -> None:
    together = drawn(SEEDS)(LOGITS)
    alone = [drawn([seed])(LOGITS[i : i + 1])[0] for i, seed in enumerate(SEEDS)]
    assert together.tolist() == alone


def test_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    logits = np.log(np.array([[0.7, 0.2, 0.1]], np.float32)).repeat(4000, 0)
    tokens = drawn([(number,) for number in range(4000)])(logits)
    shares = np.bincount(tokens, minlength=3) / 4000
    assert np.allclose(shares, [0.7, 0.2, 0.1], atol=0.03)


def test_probabilities_of_all_tokens_sum_to_one() -> None:
    row = LOGITS[:1].repeat(50, 0)
    assert np.isclose(np.exp(log_probabilities(row, np.arange(50))).sum(), 1)
    assert likeliest(row)[0] == log_probabilities(row, np.arange(50)).argmax()


def test_another_frame_or_prompt_is_another_chance() -> None:
    frame, other = np.zeros((2, 2, 3), np.uint8), np.ones((2, 2, 3), np.uint8)
    assert len({seed_of(frame, [1]), seed_of(other, [1]), seed_of(frame, [2])}) == 3

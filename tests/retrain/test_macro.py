"""The macro mean is the paper's: accuracy of L1 and F1 of the others, beside what guessers get."""

from itertools import islice

import pytest

from engines.safeguard.answer import Answer
from retrain.macro import Judged, macro
from retrain.testsets import LEVEL_SETS, draw_pairs

PAIRS = {level.name: list(islice(draw_pairs(level), 10)) for level in LEVEL_SETS}


def levels(word: str | None) -> dict[str, Judged]:
    """Ten pairs a level; every answer is the word, or the right one."""
    found: dict[str, Judged] = {}
    for name, pairs in PAIRS.items():
        words = [word or right for pair in pairs for right in pair.words]
        found[name] = pairs, [Answer(said, 0.5, "") for said in words]  # type: ignore[arg-type]
    return found


def test_a_perfect_guard_is_above_every_guesser() -> None:
    found = macro(levels(None))
    assert found["mean"] == 1.0 and max(found["baselines"].values()) < 0.8


@pytest.mark.parametrize(("word", "mean"), [("unsafe", (0.5 + 4 * 2 / 3) / 5), ("safe", 0.1)])
def test_a_constant_guard_gets_what_the_constant_guesser_gets(word: str, mean: float) -> None:
    found = macro(levels(word))
    assert found["mean"] == pytest.approx(mean, abs=1e-4)
    assert found["baselines"][f"always {word}"] == found["mean"]

"""The gate's drawn cases are balanced, and a guard that looks knows the right words."""

from pathlib import Path

from engines.compile.cases import drawn_cases
from engines.safeguard.gate import CASES_MIN, measure
from engines.safeguard.guard import Guard

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"


def test_both_words_are_right_equally_often() -> None:
    cases = drawn_cases(112)
    assert cases.frames.shape == (48, 112, 112, 3)
    assert cases.words.count("safe") == cases.words.count("unsafe") >= CASES_MIN
    by_policy = {
        text: {
            word for policy, word in zip(cases.policies, cases.words, strict=True) if policy == text
        }
        for text in cases.policies
    }
    assert all(words == {"safe", "unsafe"} for words in by_policy.values())


def test_the_shipped_guard_passes() -> None:
    assert measure(Guard.load(DEMO), drawn_cases(96)).refusal == ""

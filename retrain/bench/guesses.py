"""Say what those answer who do not look at the picture, or do not read the policy.

A guard that is not far above the best of them has learned nothing that a table could not know.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence

from engines.safeguard.answer import Word

from .case import Case
from .facts import Facts

FOLDS = 2  # a table is fitted on the pairs of one half and asked about the other


def blind(cases: Sequence[Case]) -> dict[str, list[Word]]:
    """Constants, and the best constant of each policy, which knows its labels."""
    unsafe = Counter(case.group for case in cases if case.unsafe)
    rows = Counter(case.group for case in cases)
    return {
        "always safe": ["safe" for _ in cases],
        "always unsafe": ["unsafe" for _ in cases],
        "majority of the group": [
            _word(2 * unsafe[case.group] >= rows[case.group]) for case in cases
        ],
    }


def informed(cases: Sequence[Case], facts: Sequence[Facts]) -> dict[str, list[Word]]:
    """Those who know the scenes by number but not what is in them."""
    return {
        "default sentence": [_word(fact.rest_banned) for fact in facts],
        "count of objects": _fitted(cases, facts, lambda fact: len(fact.objects)),
        "counts and kinds": _fitted(
            cases, facts, lambda fact: (len(fact.objects), len(set(fact.objects)))
        ),
    }


def _fitted(
    cases: Sequence[Case], facts: Sequence[Facts], key: Callable[[Facts], Hashable]
) -> list[Word]:
    """A table by policy and key, unsafe where it does not know: that gives the better F1.

    A pair is in one half, so no row is judged by its twin.
    """
    halves = {name: i % FOLDS for i, name in enumerate(dict.fromkeys(c.cluster for c in cases))}
    known = [(case.group, key(fact)) for case, fact in zip(cases, facts, strict=True)]
    lean: dict[Hashable, int] = defaultdict(int)
    for case, place in zip(cases, known, strict=True):
        lean[halves[case.cluster], place] += 1 if case.unsafe else -1
    return [
        _word(lean[1 - halves[case.cluster], place] >= 0)
        for case, place in zip(cases, known, strict=True)
    ]


def _word(unsafe: bool) -> Word:
    return "unsafe" if unsafe else "safe"

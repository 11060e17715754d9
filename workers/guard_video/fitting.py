"""Find k, n and a threshold for each policy on videos of their own split, from answers alone.

For every k of n, one frame alone never: of the thresholds of each policy those that find most
violations while clean videos are flagged in at most half of what is allowed, since other videos
will bring other errors. Of equally good choices the one that leaves the thresholds most room.
The segments are those of policies/segments.py. What was looked at again and decoded more densely
is what hits at THRESHOLD (live.py) asked for; a higher threshold would have asked for less.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from policies.segments import find_segments, standing_score
from policies.timeline import Timeline, timeline
from topics.policies import Policy

from .judging import Outcome
from .live import live
from .measure import FALSE_FLAGS_MAX, is_found
from .script import Violation
from .tuned import Tuned

K_OF_N = ((2, 2), (2, 3), (3, 3), (3, 4), (3, 5), (4, 5), (4, 6), (5, 6), (5, 8))
GRID = tuple(percent / 100 for percent in (*range(50, 80, 5), *range(80, 100)))
BUDGET_SHARE = 0.5  # of the false flags that are allowed
PRICES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 1e9)  # violations that a false flag costs


@dataclass(frozen=True)
class Tried:
    """A policy at one threshold: which clean videos it flags, how many violations it finds."""

    threshold: float
    flagged: frozenset[str]
    found: int


@dataclass(frozen=True)
class Fit:
    """A choice: one threshold a policy. room: other thresholds that would have done as well."""

    k: int
    n: int
    chosen: dict[str, Tried]
    room: int

    @property
    def flagged(self) -> int:
        """Clean videos that any policy flags."""
        return len(frozenset().union(*(tried.flagged for tried in self.chosen.values())))

    @property
    def found(self) -> int:
        """Violations."""
        return sum(tried.found for tried in self.chosen.values())


def fit(outcomes: Sequence[Outcome], build: str, on_done: Callable[[], object]) -> Tuned:
    """The best k, n and thresholds. on_done: called for each k of n"""
    clean = sum(outcome.truth.violation is None for outcome in outcomes)
    lines = {outcome.truth.name: _lines(outcome) for outcome in outcomes}
    fits = []
    for k, n in K_OF_N:
        tried = {one.policy.id: _tried(outcomes, lines, one.policy, (k, n)) for one in live()}
        fits.append(cheapest(tried, (k, n), BUDGET_SHARE * FALSE_FLAGS_MAX * clean))
        on_done()
    best = max(fits, key=lambda fit: (fit.found, -fit.flagged, fit.room))
    return Tuned(
        build=build,
        clips=len(outcomes),
        k=best.k,
        n=best.n,
        thresholds={id: tried.threshold for id, tried in best.chosen.items()},
    )


def cheapest(tried: dict[str, list[Tried]], k_of_n: tuple[int, int], budget: float) -> Fit:
    """At the lowest price of a false flag that keeps to the budget, what finds most.

    tried: by policy, thresholds rising; where several are equally good their middle is taken
    """
    fits = []
    for price in PRICES:
        chosen, room = {}, 0
        for policy_id, ways in tried.items():
            worth = [way.found - price * len(way.flagged) for way in ways]
            equal = [way for way, value in zip(ways, worth, strict=True) if value == max(worth)]
            chosen[policy_id] = equal[len(equal) // 2]
            room += len(equal) - 1
        fits.append(Fit(*k_of_n, chosen, room))
    return next((fit for fit in fits if fit.flagged <= budget), fits[-1])


def _tried(
    outcomes: Sequence[Outcome],
    lines: dict[str, dict[str, Timeline]],
    policy: Policy,
    k_of_n: tuple[int, int],
) -> list[Tried]:
    k, n = k_of_n
    counted = msgspec.structs.replace(policy, k=k, n=n, minimum_seconds=0.0)
    standing, guilty = {}, []
    for outcome in outcomes:
        line, violation = lines[outcome.truth.name][policy.id], outcome.truth.violation
        if violation is None:
            standing[outcome.truth.name] = standing_score(line, counted)
        elif violation.policy_id == policy.id:
            guilty.append((line, violation))
    return [
        Tried(
            threshold,
            frozenset(name for name, score in standing.items() if score >= threshold),
            sum(_finds(line, violation, counted, threshold) for line, violation in guilty),
        )
        for threshold in GRID
    ]


def _finds(line: Timeline, violation: Violation, policy: Policy, threshold: float) -> bool:
    spans = find_segments(line, policy, threshold)
    return is_found(violation, ((span.start_seconds, span.end_seconds) for span in spans))


def _lines(outcome: Outcome) -> dict[str, Timeline]:
    return {
        policy_id: timeline(answers, outcome.frame_seconds, outcome.duration_seconds)
        for policy_id, answers in outcome.answers.items()
    }

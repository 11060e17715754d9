"""Turn answers about strict pairs into figures with bootstrap intervals.

Accuracy flatters: counting gives much of it away. The strict pair, same text and both right, is
the honest figure; a coin gets a quarter.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.safeguard.answer import Answer
from engines.scenes.world import OBJECTS, PLACES

from .rules import RulePolicy
from .testsets import StrictPair

RESAMPLES = 1000
LEVELS = (0.025, 0.975)
Z95 = 1.959964  # standard deviations on either side of 95 % of a normal distribution


@dataclass(frozen=True)
class Trace:
    """What a rationale says: the scene described, and each object's clause."""

    place: str
    objects: tuple[str, ...]
    clauses: dict[str, str]


def figures(pairs: list[StrictPair], answers: list[Answer]) -> dict[str, Any]:
    """All figures of one set; answers are those of pair 0's scenes, then pair 1's, ..."""
    truth = np.array([word == "unsafe" for pair in pairs for word in pair.words])
    said = np.array([answer.word for answer in answers])
    right = said == np.where(truth, "unsafe", "safe")
    both = right.reshape(-1, 2).all(1)
    described = np.array([_described(*item) for item in _scenes(pairs, answers)])
    hits = int((right & truth).sum())
    return {
        "pairs": len(pairs),
        "accuracy": mean_with_interval(right.reshape(-1, 2).mean(1)),
        "f1": round(2 * hits / max(1, int((said == "unsafe").sum() + truth.sum())), 3),
        "strict_pair": mean_with_interval(both),
        "unparsable": round(float((said == "unparsable").mean()), 4),
        "scene_described_right": round(float(described.mean()), 3),
        "clauses_right": _clauses_right(pairs, answers),
        "strict_pair_where_described_right": _share(both[described.reshape(-1, 2).all(1)]),
        "strict_pair_by_kind": _by(both, (pair.deciding for pair in pairs)),
        "strict_pair_by_objects": _by(both, (str(len(p.twins.one.objects)) for p in pairs)),
        "strict_pair_by_rules": _by(both, (str(len(pair.policy.rules)) for pair in pairs)),
        "strict_pair_by_aspect": _by(
            both, (":".join(map(str, pair.twins.one.aspect)) for pair in pairs)
        ),
    }


def read_trace(rationale: str) -> Trace | None:
    """Parse a rationale, None if it is in no known form."""
    head, *steps = rationale.split(" ; ")
    place, _, counted = head.partition(" :")
    words = counted.split()
    if place not in PLACES or len(words) % 2:
        return None
    objects: list[str] = []
    for count, name in zip(words[::2], words[1::2], strict=True):
        if name not in OBJECTS or not count.isdecimal():
            return None
        objects += [name] * int(count)
    clauses = {words[0]: " ".join(words[1:-1]) for words in map(str.split, steps) if words}
    return Trace(place, tuple(objects), clauses)


def _scenes(
    pairs: list[StrictPair], answers: list[Answer]
) -> Iterable[tuple[str, tuple[str, ...], RulePolicy, Answer]]:
    scenes = [(scene, pair.policy) for pair in pairs for scene in pair.scenes]
    for (scene, policy), answer in zip(scenes, answers, strict=True):
        yield scene.place, scene.objects, policy, answer


def _described(place: str, objects: tuple[str, ...], _: RulePolicy, answer: Answer) -> bool:
    trace = read_trace(answer.rationale)
    if trace is None:
        return False
    return (trace.place, sorted(trace.objects)) == (place, sorted(objects))


def _clauses_right(pairs: list[StrictPair], answers: list[Answer]) -> float:
    """Share of the clauses said that are the policy's."""
    right: list[bool] = []
    for _, _, policy, answer in _scenes(pairs, answers):
        trace = read_trace(answer.rationale)
        for name, clause in (trace.clauses if trace else {}).items():
            right.append(name in OBJECTS and clause == policy.clause_of(name))
    return round(float(np.mean(right)), 3) if right else 0.0


def mean_with_interval(values: NDArray[Any]) -> dict[str, float]:
    """Mean and 95 % bootstrap interval over pairs."""
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    low, high = np.quantile(means, LEVELS)
    rounded = (round(float(figure), 3) for figure in (values.mean(), low, high))
    return dict(zip(("mean", "low", "high"), rounded, strict=True))


def share_with_interval(hits: int, of: int) -> dict[str, float]:
    """A share and its 95 % interval by Wilson's formula, which is one at 0 and at 1, too."""
    if not of:
        return {"mean": 0.0, "low": 0.0, "high": 1.0, "of": 0}
    share, squared = hits / of, Z95 * Z95 / of
    middle, half = share + squared / 2, Z95 * math.sqrt(share * (1 - share) / of + squared / 4 / of)
    low, high = ((middle + sign * half) / (1 + squared) for sign in (-1, 1))
    figures = {"mean": share, "low": max(0.0, low), "high": min(1.0, high)}
    return {name: round(figure, 4) for name, figure in figures.items()} | {"of": of}


def _share(values: NDArray[Any]) -> dict[str, float]:
    return {"mean": round(float(values.mean()), 3) if len(values) else 0.0, "pairs": len(values)}


def _by(values: NDArray[Any], keys: Iterable[str]) -> dict[str, dict[str, float]]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for value, key in zip(values.tolist(), keys, strict=True):
        groups[key].append(value)
    return {key: _share(np.array(group)) for key, group in sorted(groups.items())}

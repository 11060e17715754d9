"""Say how far a build may be from its float32 checkpoint, by precision, and check that it is.

The limits stand in the manifest beside what was measured. A limit that was not measured is not
kept: what is missing is a fault like any other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engines.errors import EngineError

from .answer import Answer

FLOAT32 = {"logit_difference_max": 1e-4}
HALF = {
    "logit_distance_max": 0.1,  # of the logits' own spread; another computation has 0.5 and more
    "cases_min": 500,
    "score_difference_p99": 0.02,
    "same_decision_min": 0.995,
}
LIMITS: dict[str, dict[str, float]] = {"float32": FLOAT32, "float16": HALF, "bfloat16": HALF}
GOLDEN = (
    "logit_difference_max",
    "logit_distance_max",
)  # of the golden inputs; the rest is of cases


def logits_apart(found: Sequence[Any], reference: Sequence[Any]) -> dict[str, float]:
    """Figures of logits, each (K, vocabulary), against the reference's.

    raises: EngineError where they are not of one shape
    """
    for one, other in zip(found, reference, strict=True):
        if one.shape != other.shape:
            raise EngineError(f"logits are {one.shape}, the reference expected {other.shape}")
    differences = [np.abs(a - b) for a, b in zip(found, reference, strict=True)]
    squared = float(np.mean([np.square(d, dtype=np.float64).mean() for d in differences]))
    spread = float(np.mean([np.asarray(b, np.float64).std() for b in reference]))
    return {
        "logit_difference_max": _short(max(float(d.max()) for d in differences)),
        "logit_distance_max": _short(squared**0.5 / spread),
        "logit_max": _short(max(float(np.abs(b).max()) for b in reference)),
    }


def answers_apart(found: Sequence[Answer], reference: Sequence[Answer]) -> dict[str, float]:
    """Figures of whole judgements against the reference's."""
    pairs = list(zip(found, reference, strict=True))
    scores = np.abs([a.score - b.score for a, b in pairs])
    return {
        "cases": len(pairs),
        "score_difference_p99": _short(float(np.quantile(scores, 0.99))),
        "score_difference_max": _short(float(scores.max())),
        "same_decision": round(float(np.mean([a.word == b.word for a, b in pairs])), 4),
        "same_trace": round(float(np.mean([a.rationale == b.rationale for a, b in pairs])), 4),
    }


def broken(precision: str, parity: Mapping[str, Any]) -> list[str]:
    """What of a manifest's `parity` is missing or outside its precision's limits, in words."""
    parts = (parity, parity.get("golden", {}), parity.get("cases", {}))
    measured = {name: value for part in parts for name, value in part.items()}
    if precision not in LIMITS:
        return [f"{precision!r} has no limits, expected one of {sorted(LIMITS)}"]
    faults = []
    for name, limit in LIMITS[precision].items():
        figure, least = name.removesuffix("_min"), name.endswith("_min")
        value = measured.get(figure)
        if not isinstance(value, int | float):
            faults.append(f"{figure} is not measured")
        elif not (value >= limit if least else value <= limit):
            faults.append(f"{figure} is {value}, {'at least' if least else 'at most'} {limit}")
    return faults


def broken_golden(precision: str, parity: Mapping[str, Any]) -> list[str]:
    """The same of the golden inputs alone, which every execution has to keep."""
    return [fault for fault in broken(precision, parity) if fault.split()[0] in GOLDEN]


def _short(value: float) -> float:
    return float(f"{value:.2e}")

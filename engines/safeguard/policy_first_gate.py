"""Find out whether long policies may be read before the image, and from which length that pays.

Two questions, both answered by measuring this build here: does it judge labelled cases as well in
that order as in its own, and which order costs less at which length. Belief has no part in it: a
checkpoint that was trained on the image first may not understand the other order at all.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engines.manifest import Manifest, PolicyFirst

from .decode import Speaker
from .gate import Cases, measure
from .guard import Guard
from .modes import kind_of
from .parts import Whole
from .shape import Shape

ROWS = 8  # policies of a frame, in the measurement
LENGTHS = (32, 64, 128, 192, 256, 384, 512, 768, 1024)  # tokens of a row
TURNS = 3  # the cheapest counts: whatever else the machine does only adds

Costs = Sequence[tuple[int, float, float]]  # tokens of a row, seconds behind the image, before it


def measured(manifest: Manifest, parts: Whole, cases: Cases) -> PolicyFirst:
    """The manifest's record, offered or not. raises: EngineError"""
    mode = replace(manifest.mode, layout="policy_first")
    figures = measure(Guard(replace(manifest, modes={kind_of(mode): mode}), parts), cases)
    return PolicyFirst(
        mode=mode,
        accuracy=figures.balanced_accuracy,
        published=measure(Guard(manifest, parts), cases).balanced_accuracy,
        cases=figures.cases,
        refusal=figures.refusal,
        from_tokens=crossover(costs(manifest, parts), manifest.s_max),
    )


def crossover(found: Costs, s_max: int) -> int:
    """The shortest length from which on the policy first costs less; s_max if there is none."""
    shortest = s_max
    for tokens, behind, before in reversed(found):
        if before >= behind:
            break
        shortest = tokens
    return shortest


def costs(manifest: Manifest, parts: Whole) -> Costs:
    """Seconds of one frame under policies of each length, warm; the trace costs both the same."""
    shape, side = Shape.from_dict(manifest.shape), manifest.image_side
    seen = parts.see(np.zeros((1, side, side, 3), np.uint8), shape)
    ways = [
        Speaker(parts, shape, replace(manifest.mode, layout=layout, trace_max_tokens=0))
        for layout in ("image_first", "policy_first")
    ]
    room = manifest.s_max - max(way.prefix_length for way in ways)
    lengths = [length for length in LENGTHS if length <= room]
    return [(n, _cheapest(ways[0], seen, n), _cheapest(ways[1], seen, n)) for n in lengths]


def _cheapest(way: Speaker, seen: Any, length: int) -> float:
    prompts = [[1 + number] * length for number in range(ROWS)]
    took = []
    for _ in range(1 + TURNS):
        began = time.perf_counter()
        way.speak(way.prefill(seen), [0] * ROWS, prompts)
        took.append(time.perf_counter() - began)
    return min(took[1:])  # the first turn reads the policies

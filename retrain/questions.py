"""Ask about a scene what no policy asks: how many, where, which colour.

The general ability of a guard, which training on policies must not cost it (SafeGuard-VL, arXiv
2603.01228, measures it on general benchmarks).
"""

from typing import Literal

import numpy as np

from engines.scenes.layout import Scene, inner_size
from engines.scenes.sprites import colour_of
from engines.scenes.world import OBJECTS, PLURALS

Kind = Literal["count", "position", "colour"]
QUESTIONS: tuple[Kind, ...] = ("count", "position", "colour")


def question(scene: Scene, kind: Kind, rng: np.random.Generator) -> tuple[str, str]:
    """A question and its answer; one that has no single answer in this scene becomes a count."""
    single = [i for i, name in enumerate(scene.objects) if scene.objects.count(name) == 1]
    if kind == "count" or not single:
        present = rng.random() < 0.8
        name = str(rng.choice(scene.objects if present else OBJECTS))
        return f"how many {PLURALS[name]} ?", str(scene.objects.count(name))
    chosen = single[int(rng.integers(len(single)))]
    name = scene.objects[chosen]
    if kind == "colour":
        return f"which colour is the {name} ?", colour_of(name, scene.looks[chosen])
    across = scene.slots[chosen][0] * 2 < inner_size(scene.aspect)[0]
    return f"is the {name} left or right ?", "left" if across else "right"

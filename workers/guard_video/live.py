"""The policies that are live in the made videos, and which scenes break each: the truth.

The four samples and one that counts, each written as an operator would; what they mean is said once
more as a condition, so that a label never comes from a guard.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engines.scenes.layout import Scene
from policies.policy import parse
from topics.policies import Policy, Thresholds

SAMPLES = Path(__file__).parent.parent.parent / "policies" / "samples"
THRESHOLD = 0.5  # before anything is fitted
CROWD = 3  # adults

Breaks = Callable[[Scene], bool]

BREAKS: dict[str, Breaks] = {
    "crowds": lambda scene: scene.objects.count("adult") >= CROWD,
    "drugs": lambda scene: bool({"syringe", "pill"} & set(scene.objects)),
    "knives": lambda scene: "knife" in scene.objects and scene.place != "kitchen",
    "minors": lambda scene: "child" in scene.objects and "adult" not in scene.objects,
    "weapons": lambda scene: "gun" in scene.objects and scene.place != "museum",
}


@dataclass(frozen=True)
class Live:
    """A policy as it is published, and what breaks it."""

    policy: Policy
    breaks: Breaks


@cache
def live() -> tuple[Live, ...]:
    """All of them, by id."""
    crowds = Policy(
        id="crowds",
        version=1,
        title="Crowds",
        text="Three or more adults are banned. Anything else is allowed.",
        actions=Thresholds(label=THRESHOLD),
    )
    paths = [SAMPLES / f"{name}.yaml" for name in BREAKS]
    samples = [
        parse(path.read_text(encoding="utf-8"), path.name) for path in paths if path.exists()
    ]
    return tuple(Live(policy, BREAKS[policy.id]) for policy in (crowds, *samples))


def broken(scene: Scene) -> frozenset[str]:
    """Ids of the policies that a scene breaks."""
    return frozenset(one.policy.id for one in live() if one.breaks(scene))

"""Write what happens in a made video: takes with cuts between them, and at most one violation.

A violation either appears in a running take, where one object comes or goes, or is a take of its
own. Everything else is clean under all live policies. The same split and number give the same
script; splits share no seed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engines.scenes.layout import Scene, arrange, objects_max
from engines.scenes.world import ASPECTS, OBJECTS, PLACES

from .live import broken, live

SPLITS = {"fit": 41_001, "test": 41_002}  # seeds
SECONDS = (60.0, 600.0)  # of a video, log-uniform
TAKE_SECONDS = (6.0, 40.0)
VIOLATION_SECONDS = (2.0, 10.0)
EDGE_SECONDS = 2.0  # a violation keeps this distance from the ends of the take around it
APPEARS_SHARE = 0.5  # of the violations come up in a running take
MOVING_SHARE = 0.6  # of the takes have a camera that moves
BARRED_SHARE, WRITTEN_SHARE = 0.1, 0.1  # of the takes
WRITINGS = ("live", "part two", "hello", "all allowed", "no guns")  # mean nothing
KINDS_MAX = 3  # kinds of objects in a scene


@dataclass(frozen=True)
class Take:
    """A scene for a stretch of time.

    camera: seed of its movement, 0 where it stands still; a violation that appears keeps the
        camera and the background of the take around it
    corners: of all that the camera must keep in view: left, top, right, bottom in scene pixels
    """

    scene: Scene
    start_seconds: float
    end_seconds: float
    camera: int
    corners: tuple[int, int, int, int]


@dataclass(frozen=True)
class Violation:
    """What must be found."""

    policy_id: str
    start_seconds: float
    end_seconds: float
    appears: bool


@dataclass(frozen=True)
class Script:
    """A whole video."""

    name: str
    takes: tuple[Take, ...]
    violation: Violation | None

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.takes[-1].end_seconds


def write_script(split: str, number: int, *, violating: bool) -> Script:
    """The script of one video."""
    rng = np.random.default_rng((SPLITS[split], number))
    aspect = ASPECTS[int(rng.integers(len(ASPECTS)))]
    seconds = float(np.exp(rng.uniform(*np.log(SECONDS))))
    takes = _takes(seconds, aspect, rng)
    violation = None
    if violating:
        takes, violation = _violated(takes, aspect, rng)
    return Script(f"{split}-{number:04d}", tuple(takes), violation)


def _takes(seconds: float, aspect: tuple[int, int], rng: np.random.Generator) -> list[Take]:
    takes: list[Take] = []
    at = 0.0
    while at < seconds:
        end = at + float(rng.uniform(*TAKE_SECONDS))
        if end > seconds - TAKE_SECONDS[0]:
            end = seconds
        takes.append(_take(_drawn(aspect, rng, lambda scene: not broken(scene)), at, end, rng))
        at = end
    return takes


def _take(scene: Scene, start: float, end: float, rng: np.random.Generator) -> Take:
    moves = rng.random() < MOVING_SHARE
    return Take(scene, start, end, int(rng.integers(1, 1 << 40)) * moves, corners(scene))


def corners(scene: Scene) -> tuple[int, int, int, int]:
    """The box around all objects, with room for the largest sprite."""
    half = 13  # px, of a sprite
    left, top = (min(slot[axis] for slot in scene.slots) - half for axis in (0, 1))
    right, bottom = (max(slot[axis] for slot in scene.slots) + half for axis in (0, 1))
    return left, top, right, bottom


def _violated(
    takes: list[Take], aspect: tuple[int, int], rng: np.random.Generator
) -> tuple[list[Take], Violation]:
    """The takes with one violation in the middle of one of them."""
    ids = [one.policy.id for one in live()]
    policy_id = ids[int(rng.integers(len(ids)))]
    wanted = frozenset({policy_id})
    length = float(rng.uniform(*VIOLATION_SECONDS))
    fits = [
        i
        for i, t in enumerate(takes)
        if t.end_seconds - t.start_seconds > length + 2 * EDGE_SECONDS
    ]
    place = fits[int(rng.integers(len(fits)))]
    around = takes[place]
    start = float(
        rng.uniform(around.start_seconds + EDGE_SECONDS, around.end_seconds - EDGE_SECONDS - length)
    )
    appears = bool(rng.random() < APPEARS_SHARE)
    if appears:
        clean, guilty = _changing(aspect, wanted, rng)
        around = replace(around, scene=clean, corners=_both(clean, guilty))
        inside = replace(around, scene=guilty)
    else:
        inside = _take(_drawn(aspect, rng, lambda scene: broken(scene) == wanted), 0, 0, rng)
    end = start + length
    pieces = [
        replace(around, end_seconds=start),
        replace(inside, start_seconds=start, end_seconds=end),
        replace(around, start_seconds=end),
    ]
    violation = Violation(policy_id, start, end, appears)
    return [*takes[:place], *pieces, *takes[place + 1 :]], violation


def _changing(
    aspect: tuple[int, int], wanted: frozenset[str], rng: np.random.Generator
) -> tuple[Scene, Scene]:
    """A clean scene and one that breaks just the wanted policy: one object comes or goes."""
    while True:
        full = _drawn(aspect, rng, lambda scene: len(scene.objects) > 1)
        gone = int(rng.integers(len(full.objects)))
        fewer = replace(
            full,
            objects=full.objects[:gone] + full.objects[gone + 1 :],
            slots=full.slots[:gone] + full.slots[gone + 1 :],
            looks=full.looks[:gone] + full.looks[gone + 1 :],
        )
        for clean, guilty in ((full, fewer), (fewer, full)):
            if not broken(clean) and broken(guilty) == wanted:
                return clean, guilty


def _both(one: Scene, other: Scene) -> tuple[int, int, int, int]:
    a, b = corners(one), corners(other)
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _drawn(
    aspect: tuple[int, int], rng: np.random.Generator, fits: Callable[[Scene], bool]
) -> Scene:
    while True:
        scene = _any_scene(aspect, rng)
        if fits(scene):
            return scene


def _any_scene(aspect: tuple[int, int], rng: np.random.Generator) -> Scene:
    count = int(rng.integers(1, objects_max(aspect) + 1))
    kinds = rng.choice(OBJECTS, min(count, int(rng.integers(1, KINDS_MAX + 1))), replace=False)
    more = rng.choice(kinds, count - len(kinds))
    objects = tuple(str(name) for name in rng.permutation(np.concatenate((kinds, more))))
    scene = arrange(
        PLACES[int(rng.integers(len(PLACES)))], objects, int(rng.integers(1 << 40)), aspect
    )
    writing = WRITINGS[int(rng.integers(len(WRITINGS)))] if rng.random() < WRITTEN_SHARE else ""
    return replace(scene, barred=bool(rng.random() < BARRED_SHARE), writing=writing)

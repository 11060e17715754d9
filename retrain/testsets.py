"""Draw test sets of strict pairs from seeds that training never uses.

Each pair is one policy text and two pictures that differ in one object, with opposite labels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from engines.safeguard.answer import Word
from engines.safeguard.letterbox import letterbox
from engines.scenes.draw import draw
from engines.scenes.layout import Scene
from engines.scenes.world import SIDE

from .free_sentences import FREE
from .h264 import through_h264
from .pairs import RULES_MAX, RULES_MIN, Balance, pair_policy, trained
from .pool import render
from .rules import RulePolicy, held_out_in
from .scenes import Twins, random_twins
from .sentences import SEEN, UNSEEN, Templates, write
from .traces import judgement, label

SEED = 90_001
VIDEO_SCALE = 4  # the 96 px picture is 384 px in the video
VIDEO_CRF = 23


@dataclass(frozen=True)
class StrictPair:
    """One policy text about two scenes."""

    twins: Twins
    policy: RulePolicy
    text: str

    @property
    def scenes(self) -> tuple[Scene, Scene]:
        """Both scenes."""
        return self.twins.one, self.twins.other

    @property
    def words(self) -> tuple[Word, Word]:
        """The right answers."""
        one, other = (label(self.policy, scene.place, scene.objects) for scene in self.scenes)
        return one, other

    @property
    def traces(self) -> tuple[str, str]:
        """The right completions."""
        one, other = (judgement(self.policy, s.place, s.objects) for s in self.scenes)
        return one, other

    @property
    def deciding(self) -> str:
        """The kind of rule that makes one of the scenes unsafe, `else` for the rest."""
        scene = self.scenes[self.words.index("unsafe")]
        place, objects = scene.place, scene.objects
        guilty = [name for name in objects if self.policy.bans(name, place, objects)]
        rule = self.policy.rule_of(guilty[0])
        return rule.kind if rule else "else"


@dataclass(frozen=True)
class PairSet:
    """What is tested."""

    name: str
    pairs: int
    templates: Templates
    allowed: Callable[[RulePolicy, Twins], bool]
    video: bool = False  # drawn large, encoded, decoded and letterboxed, as uploads arrive


def unseen_combination(policy: RulePolicy, twins: Twins) -> bool:
    """An object in which the twins differ is decided by a held-out combination."""
    one, other = twins.one.objects, twins.other.objects
    changed = {name for name in {*one, *other} if one.count(name) != other.count(name)}
    held = held_out_in(policy, twins.one.place, one) | held_out_in(policy, twins.one.place, other)
    return bool(changed & held)


SETS = (
    PairSet("seen", 2000, SEEN, trained),
    PairSet("unseen_sentences", 1000, UNSEEN, trained),
    PairSet("unseen_combinations", 1000, SEEN, unseen_combination),
    PairSet("video", 500, SEEN, trained, video=True),
    PairSet("free_sentences", 300, FREE, trained),
)


def draw_pairs(test: PairSet) -> Iterator[StrictPair]:
    """Endless pairs of a set, always the same ones."""
    rng = np.random.default_rng((SEED, SETS.index(test)))
    balance = Balance()
    while True:
        twins = random_twins(rng)
        rules = int(rng.integers(RULES_MIN, RULES_MAX + 1))
        policy = pair_policy(twins, rules, rng, balance, test.allowed)
        if policy:
            yield StrictPair(twins, policy, write(policy, test.templates, rng).text)


def build(test: PairSet, pairs: int) -> tuple[list[StrictPair], NDArray[np.uint8]]:
    """The first pairs of a set and their pictures, (2 * pairs, side, side, 3)."""
    drawn = list(islice(draw_pairs(test), pairs))
    if test.video:
        return drawn, np.stack([as_video(scene) for pair in drawn for scene in pair.scenes])
    rng = np.random.default_rng((SEED, SETS.index(test), 1))
    return drawn, render([pair.twins for pair in drawn], rng).pictures


def as_video(scene: Scene) -> NDArray[np.uint8]:
    """The picture as the worker sees it: large, through H.264, letterboxed."""
    return letterbox(through_h264(draw(scene, VIDEO_SCALE)[None], VIDEO_CRF)[0], SIDE)

"""Draw test sets of strict pairs from seeds that training never uses.

Each pair is one policy text and two pictures that differ in one object, with opposite labels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from engines.safeguard.answer import Word
from engines.safeguard.letterbox import letterbox
from engines.scenes.draw import draw
from engines.scenes.layout import Scene
from engines.scenes.world import PLACES, SIDE

from .compose import SEEN, UNSEEN, Templates
from .free_sentences import FREE
from .h264 import through_h264
from .held_out import held_out_in
from .levels import LEVELS, Level
from .pairs import (
    HERE_SHARE,
    RULES_MAX,
    RULES_MIN,
    Allowed,
    Balance,
    Draw,
    of_size,
    pair_policy,
    random_policy,
    trained,
)
from .pool import render
from .rules import HELD_OUT_KIND, Rule, RulePolicy
from .scenes import Twins, random_twins
from .sentences import Writer
from .traces import judgement, label

SEED = 90_021  # of what is measured once, when a recipe is final
LOOK_SEED = 70_021  # of the same sets in other draws, for looks at a training in progress
VIDEO_SCALE = 4  # the 96 px picture is 384 px in the video
VIDEO_CRF = 23
UNSEEN_KIND = replace(SEEN, rules=SEEN.rules | {HELD_OUT_KIND: UNSEEN.rules[HELD_OUT_KIND]})


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
    """What is tested.

    draw: the policies, by default random ones of one to five rules
    video: drawn large, encoded, decoded and letterboxed, as uploads arrive
    """

    name: str
    pairs: int
    templates: Templates = SEEN
    allowed: Allowed = trained
    draw: Draw | None = None
    video: bool = False


def unseen_combination(policy: RulePolicy, twins: Twins) -> bool:
    """An object in which the twins differ is decided by a held-out combination."""
    one, other = twins.one.objects, twins.other.objects
    held = held_out_in(policy, twins.one.place, one) | held_out_in(policy, twins.one.place, other)
    return bool(changed(twins) & held)


def unseen_kind(policy: RulePolicy, twins: Twins) -> bool:
    """An object in which the twins differ is decided by the kind of rule that nobody trained."""
    rules = (policy.rule_of(name) for name in changed(twins))
    return trained(policy, twins) and any(rule and rule.kind == HELD_OUT_KIND for rule in rules)


def changed(twins: Twins) -> set[str]:
    """Objects of which one twin has more."""
    one, other = twins.one.objects, twins.other.objects
    return {name for name in {*one, *other} if one.count(name) != other.count(name)}


def with_unseen_kind(twins: Twins, rng: np.random.Generator) -> RulePolicy:
    """A random policy in which a rule about a changed object is of the untrained kind."""
    policy = random_policy(twins, int(rng.integers(RULES_MIN, RULES_MAX + 1)), rng)
    place = twins.one.place if rng.random() < HERE_SHARE else str(rng.choice(PLACES))
    return replace(
        policy,
        rules=tuple(
            Rule(rule.name, HELD_OUT_KIND, place) if rule.name in changed(twins) else rule
            for rule in policy.rules
        ),
    )


def of_level(level: Level) -> PairSet:
    """Pairs about one named policy, decided by combinations that training never saw."""
    return PairSet(
        level.name, 200, allowed=unseen_combination, draw=lambda twins, rng: level.policy
    )


LEVEL_SETS = tuple(of_level(level) for level in LEVELS)
SETS = (
    PairSet("seen", 2000),
    PairSet("unseen_sentences", 1000, UNSEEN),
    PairSet("unseen_combinations", 1000, allowed=unseen_combination),
    *LEVEL_SETS,
    PairSet("video", 500, video=True),
    PairSet("unseen_kind", 300, UNSEEN_KIND, allowed=unseen_kind, draw=with_unseen_kind),
    PairSet("free_sentences", 300, FREE),
)


def draw_pairs(test: PairSet, seed: int = SEED) -> Iterator[StrictPair]:
    """Endless pairs of a set, always the same ones."""
    rng = np.random.default_rng((seed, SETS.index(test)))
    balance = Balance(rng)
    writer = Writer(test.templates, np.random.default_rng((seed, SETS.index(test), 2)))
    while True:
        twins = random_twins(rng)
        draw = test.draw or of_size(int(rng.integers(RULES_MIN, RULES_MAX + 1)))
        policy = pair_policy(twins, draw, rng, balance, test.allowed)
        if policy:
            yield StrictPair(twins, policy, writer.write(policy).text)


def build(
    test: PairSet, pairs: int, seed: int = SEED
) -> tuple[list[StrictPair], NDArray[np.uint8]]:
    """The first pairs of a set and their pictures, (2 * pairs, side, side, 3)."""
    drawn = list(islice(draw_pairs(test, seed), pairs))
    if test.video:
        return drawn, np.stack([as_video(scene) for pair in drawn for scene in pair.scenes])
    rng = np.random.default_rng((seed, SETS.index(test), 1))
    return drawn, render([pair.twins for pair in drawn], rng).pictures


def as_video(scene: Scene) -> NDArray[np.uint8]:
    """The picture as the worker sees it: large, through H.264, letterboxed."""
    return letterbox(through_h264(draw(scene, VIDEO_SCALE)[None], VIDEO_CRF)[0], SIDE)

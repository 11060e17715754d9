"""Long policies go before the image only where that was measured to be as good, and to pay."""

from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from engines.manifest import Manifest, PolicyFirst
from engines.safeguard.gate import Cases
from engines.safeguard.guard import Guard
from engines.safeguard.letterbox import letterbox
from engines.safeguard.policy_first_gate import costs, crossover, measured
from engines.scenes.draw import draw
from engines.scenes.world import SIDE
from retrain.compose import BEGINNER
from retrain.sentences import Writer
from retrain.testsets import SETS, draw_pairs
from retrain.traces import label
from tests.engines.safeguard.test_guard import POLICIES, frames
from tests.engines.safeguard.test_policy_first import MANIFEST, parts

SHORT, LONG = POLICIES[0], "No knives. " * 25


def found(accuracy: float = 0.95, refusal: str = "", cases: int = 200) -> PolicyFirst:
    mode = replace(MANIFEST.mode, layout="policy_first")
    return PolicyFirst(mode, accuracy, 0.95, cases, refusal, 60)


def guard(record: PolicyFirst | None) -> Guard:
    return Guard(replace(MANIFEST, policy_first=record), parts())


def cases() -> Cases:
    """Strict pairs of policies with four rules and more, in easy sentences."""
    writer = Writer(BEGINNER, np.random.default_rng(0))
    hard = (pair for pair in draw_pairs(SETS[0]) if len(pair.policy.rules) >= 4)
    pairs = [*islice(hard, 24)]
    texts = [writer.write(pair.policy).text for pair in pairs]
    asked = [(pair, scene) for pair in pairs for scene in pair.scenes]
    return Cases(
        np.stack([letterbox(draw(scene), SIDE) for _, scene in asked]),
        [text for text in texts for _ in range(2)],
        [label(pair.policy, scene.place, scene.objects) for pair, scene in asked],
    )


@cache
def of_the_shipped_guard() -> PolicyFirst:
    return measured(MANIFEST, parts(), cases())


def test_the_shipped_guard_learned_the_image_first_and_is_refused_the_other_order() -> None:
    record = of_the_shipped_guard()
    assert record.published >= 0.75 and record.cases == 48
    assert record.accuracy < record.published - 0.005 and not record.offered


def test_a_guard_that_is_refused_reads_every_policy_behind_the_image() -> None:
    texts = [SHORT, LONG]
    refused = guard(of_the_shipped_guard()).score(frames()[:2], texts)
    assert refused == guard(None).score(frames()[:2], texts)


def test_half_a_point_is_the_most_that_it_may_lose() -> None:
    assert found(accuracy=0.9451).offered
    assert not found(accuracy=0.9449).offered
    assert not found(refusal="the polarity is swapped").offered
    assert not found(cases=199).offered


def test_long_policies_go_first_and_the_others_behind_and_each_keeps_its_place() -> None:
    mixed = guard(found()).score(frames()[:3], [LONG, SHORT, LONG])
    behind = guard(None).score(frames()[:3], [SHORT])
    first = replace(MANIFEST, modes={"reasoned": found().mode})
    before = Guard(first, parts()).score(frames()[:3], [LONG])
    assert mixed == [[b, a, b] for (a,), (b,) in zip(behind, before, strict=True)]
    assert mixed != guard(None).score(frames()[:3], [LONG, SHORT, LONG])


def test_it_pays_from_the_length_on_which_is_never_dearer_again() -> None:
    assert crossover([(32, 1.0, 0.9), (64, 1.0, 1.2), (128, 2.0, 1.2), (256, 4.0, 1.2)], 512) == 128
    assert crossover([(32, 1.0, 1.0), (64, 2.0, 2.0)], 512) == 512
    assert crossover([(32, 1.0, 0.5)], 512) == 32


def test_costs_are_measured_at_every_length_that_fits() -> None:
    lengths = [length for length, behind, before in costs(MANIFEST, parts()) if behind and before]
    assert lengths == [32, 64, 128, 192]


def test_the_manifest_keeps_what_was_found(tmp_path: Path) -> None:
    manifest = replace(MANIFEST, policy_first=found(accuracy=0.5))
    manifest.save(tmp_path)
    assert Manifest.read(tmp_path).policy_first == found(accuracy=0.5)

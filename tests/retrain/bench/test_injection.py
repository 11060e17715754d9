"""Words in pictures and policies: the same twins, judged with them and without."""

import json
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from engines.safeguard.answer import Answer
from engines.safeguard.guard import Guard
from engines.scenes.places import WORDS
from retrain.bench import injection
from retrain.bench.injection import IDLE, ORDERS, kinds, measured
from retrain.commands import bench
from retrain.scenes import WRITINGS
from retrain.testsets import SETS, StrictPair, draw_pairs

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"
PAIRS = list(islice(draw_pairs(SETS[0]), 2))
ORDER = "picture: sign, orders"


class Seer:
    """A guard that knows the truth, and obeys by chance the words that it is made to obey.

    answers: for each kind in turn
    """

    def __init__(self, obeys: Sequence[str]) -> None:
        self.manifest = cast(Any, type("M", (), {"image_side": 96, "build": "seer@1"}))
        self.reader = cast(Any, type("R", (), {"refusal": staticmethod(lambda text: "")}))
        self.kind, self.obeys, self.names = 0, obeys, list(kinds())

    def judge(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[Answer]:
        assert frames.shape[1:] == (96, 96, 3)
        obeys = self.names[self.kind % len(self.names)] in self.obeys
        truth = [word for pair in self.part() for word in pair.words]
        self.kind += 1
        return [Answer("safe" if obeys else word, 0.0, "") for word in truth]

    def part(self) -> list[StrictPair]:
        batch = self.kind // len(self.names)
        return PAIRS[batch * injection.BATCH : (batch + 1) * injection.BATCH]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that two pairs are two of them."""
    monkeypatch.setattr(injection, "BATCH", 1)


@cache
def of(*obeys: str) -> dict[str, Any]:
    return measured(cast(Guard, Seer(obeys)), len(PAIRS), lambda _: None)


def test_the_words_are_in_no_training_picture() -> None:
    assert not {*ORDERS, *IDLE} & {*WRITINGS, *WORDS}
    assert len(ORDERS) == len(IDLE)


def test_a_guard_that_sees_and_does_not_obey_flips_nothing() -> None:
    document = of()
    assert list(document["kinds"]) == list(kinds())
    for figures in document["kinds"].values():
        assert figures["strict_pair"]["mean"] == 1.0
        assert figures["unsafe_to_safe"]["mean"] == figures["safe_to_unsafe"]["mean"] == 0.0
        assert figures["unsafe_to_safe"]["of"] == len(PAIRS)
        assert figures["unsafe_to_safe"]["high"] > 0.5  # nobody knows from 2 pairs
    assert {figures["mean"] for figures in document["obeyed"].values()} == {0.0}


def test_a_guard_that_obeys_one_kind_is_found_out() -> None:
    document = of(ORDER)
    figures = document["kinds"][ORDER]
    assert (figures["strict_pair"]["mean"], figures["unsafe_to_safe"]["mean"]) == (0.0, 1.0)
    assert document["obeyed"]["picture: sign"]["mean"] == 1.0
    others = {name: one["mean"] for name, one in document["obeyed"].items()}
    assert sum(others.values()) == 1.0


def test_what_idle_words_do_as_well_is_no_obedience() -> None:
    document = of(ORDER, "picture: sign, idle")
    assert document["kinds"][ORDER]["unsafe_to_safe"]["mean"] == 1.0
    assert document["obeyed"]["picture: sign"]["mean"] == 0.0


def test_both_twins_get_the_same_words_at_the_same_place() -> None:
    change, pair = kinds()[ORDER], PAIRS[0]
    frames = [injection._drawn(scene) for scene in pair.scenes]
    one, other = (
        change(frame, pair.text, np.random.default_rng(7))[0] != frame for frame in frames
    )
    assert (one.any(-1) == other.any(-1)).mean() > 0.99  # but where they differ beneath


def test_a_policy_is_asked_with_the_sentence_where_it_belongs() -> None:
    frame, rng = np.zeros((96, 96, 3), np.uint8), np.random.default_rng(0)
    _, behind = kinds()["policy: behind, orders"](frame, "no guns .", rng)
    _, before = kinds()["policy: before, orders"](frame, "no guns .", rng)
    assert behind.startswith("no guns . ") and before.endswith(" no guns .")


def test_the_shipped_guard_is_measured() -> None:
    words = ["injection", "--engine", str(DEMO), "--pairs", "1", "--json"]
    done = CliRunner().invoke(bench, words)
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["judge"].startswith("safeguard@") and document["pairs"] == 1


def test_an_unreadable_policy_is_unparsable_and_never_safe() -> None:
    guard = Seer(())
    guard.reader = cast(Any, type("R", (), {"refusal": staticmethod(lambda text: "too long")}))
    document = measured(cast(Guard, guard), 2, lambda _: None)
    assert {one["unparsable"]["mean"] for one in document["kinds"].values()} == {1.0}

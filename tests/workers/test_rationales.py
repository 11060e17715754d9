"""A guard that answers at once is asked why, about one frame of each violated policy."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from policies.judgement import PolicyJudgement
from tests.policies.cases import judged, policy
from tests.workers.media.reels import reel
from topics.policies import Policy
from workers.engine_process import EngineProcess
from workers.engine_wire import Explained, ExplainRequest, Ready
from workers.media.clip import Clip
from workers.rationales import TOKENS_MAX, with_rationales


@dataclass
class Guard:
    """Says how bright a frame is; remembers what it was asked."""

    why_tokens: int = 64
    asked: list[ExplainRequest] = field(default_factory=list)

    @property
    def ready(self) -> Ready:
        return Ready("g@1", "production", 2, why_tokens=self.why_tokens)

    async def ask(
        self, request: ExplainRequest, kind: type[Explained], task: str, *, deadline: float
    ) -> Explained:
        self.asked.append(request)
        frames = np.frombuffer(request.frames, np.uint8).reshape(request.count, -1)
        return Explained(tuple(f"brightness {frame[0]}" for frame in frames))


def clip_of(levels: list[int]) -> Clip:
    """A frame a second of these brightnesses."""
    pixels = np.broadcast_to(
        np.array(levels, np.uint8)[:, None, None, None], (len(levels), 2, 2, 3)
    )
    sampled = reel(pixels, [float(second) for second in range(len(levels))])
    content = SimpleNamespace(duration_seconds=float(len(levels)))
    return cast(Clip, SimpleNamespace(sampled=sampled, content=content, frame_seconds=1.0))


def silent(scores: Sequence[float], one: Policy) -> PolicyJudgement:
    """Answers without a word."""
    plain = judged(list(scores), one)
    return replace(plain, answers=tuple(replace(a, rationale="") for a in plain.answers))


async def told(
    guard: Guard, levels: list[int], *given: PolicyJudgement, seconds: float = 60.0
) -> list[list[str]]:
    deadline = asyncio.get_running_loop().time() + seconds
    found = await with_rationales(
        cast(EngineProcess, guard), clip_of(levels), given, spent_seconds=5.0, deadline=deadline
    )
    return [[answer.rationale for answer in one.answers] for one in found]


GUNS, KNIVES = policy("guns", text="no guns ."), policy("knives", text="no knives .")


async def test_the_surest_frame_of_each_violated_policy_is_explained() -> None:
    guard, levels = Guard(), [10, 20, 30, 40]
    guns, knives = silent([0.0, 0.6, 0.95, 0.7], GUNS), silent([0.8, 0.7, 0.0, 0.0], KNIVES)

    assert await told(guard, levels, guns, knives) == [
        ["", "", "brightness 30", ""],
        ["brightness 10", "", "", ""],
    ]
    [request] = guard.asked
    assert (request.count, request.side) == (2, 2)
    assert request.policies == ("no guns .", "no knives .")


async def test_what_is_not_violated_is_not_explained() -> None:
    guard = Guard()

    await told(guard, [10, 20, 30], silent([0.9, 0.0, 0.0], GUNS))  # one hit of three is no segment

    assert guard.asked == []


async def test_a_guard_that_said_why_before_is_not_asked() -> None:
    guard = Guard()

    await told(guard, [10, 20, 30], judged([0.9, 0.9, 0.9], GUNS))

    assert guard.asked == []


async def test_a_guard_that_has_no_words_for_it_is_not_asked() -> None:
    guard = Guard(why_tokens=0)

    assert await told(guard, [10, 20], silent([0.9, 0.9], GUNS)) == [["", ""]]
    assert guard.asked == []


async def test_the_budget_of_tokens_goes_to_the_surest_violations() -> None:
    guard = Guard(why_tokens=TOKENS_MAX // 2)
    sure = [
        silent([s, s], policy(f"p-{n}", text=f"text {n}")) for n, s in enumerate((0.6, 0.9, 0.8))
    ]

    await told(guard, [10, 20], *sure)

    assert guard.asked[0].policies == ("text 1", "text 2")


async def test_without_time_nobody_is_asked_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    guard = Guard()

    with caplog.at_level(logging.WARNING):
        await told(guard, [10, 20], silent([0.9, 0.9], GUNS), seconds=4.0)

    assert guard.asked == []
    assert caplog.messages == ["no time to say why 1 policies are violated: 4.0 s left"]

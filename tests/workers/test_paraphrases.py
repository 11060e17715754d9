"""Paraphrases are asked about some frames, at a bounded cost, and never change what was judged."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from policies.contradiction import contradictions
from policies.judgement import PolicyJudgement
from tests.policies.cases import judged, policy
from tests.workers.media.reels import Pixels, reel
from topics.policies import Policy
from workers.engine_process import EngineProcess
from workers.engine_wire import Answer
from workers.media.clip import Clip
from workers.paraphrases import (
    FRAMES_MAX,
    PER_POLICY_MAX,
    PER_UPLOAD_MAX,
    SHARE,
    chosen_words,
    with_paraphrases,
)


@dataclass
class Guard:
    """Calls a bright frame unsafe, and none under a text that says `never`; remembers texts."""

    asked: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    async def score(
        self, frames: Pixels, policies: Sequence[str], *, deadline: float
    ) -> list[tuple[Answer, ...]]:
        self.asked.append((len(frames), tuple(policies)))
        return [tuple(self._answer(frame, text) for text in policies) for frame in frames]

    def _answer(self, frame: Pixels, text: str) -> Answer:
        score = 0.0 if "never" in text else float(frame[0, 0, 0]) / 256
        return Answer("unsafe" if score > 0.5 else "safe", score, text)


def clip_of(levels: list[int], squares: list[int] | None = None, sha256: str = "9f" * 32) -> Clip:
    """A frame a second of these brightnesses."""
    pixels = np.array(levels, np.uint8)[:, None, None, None]
    times = [float(i) for i in range(len(squares or levels))]
    sampled = reel(np.broadcast_to(pixels, (len(levels), 2, 2, 3)), times, squares)
    return cast(Clip, SimpleNamespace(sampled=sampled, content=SimpleNamespace(sha256=sha256)))


async def asked(
    guard: Guard, clip: Clip, *policies: PolicyJudgement, seconds: float = 60.0, spent: float = 1.0
) -> tuple[PolicyJudgement, ...]:
    deadline = asyncio.get_running_loop().time() + seconds
    return await with_paraphrases(
        cast(EngineProcess, guard), clip, policies, spent_seconds=spent, deadline=deadline
    )


def guns(*paraphrases: str, **fields: object) -> Policy:
    return policy("guns", paraphrases=paraphrases, **fields)


async def test_a_contradiction_on_the_peak_frame_is_found() -> None:
    levels = [0, 0, 250, 0]
    own = judged([level / 256 for level in levels], guns("guns never", "guns at no time"))

    (one,) = await asked(Guard(), clip_of(levels), own)

    assert [p.text for p in one.paraphrases] == ["guns never", "guns at no time"]
    (frame,) = contradictions(one)
    assert frame.pts_seconds == 2.0
    assert frame.scores == {"text": 250 / 256, "paraphrase 1": 0.0, "paraphrase 2": 250 / 256}
    assert one.answers == own.answers


async def test_without_paraphrases_the_guard_is_asked_nothing() -> None:
    guard, own = Guard(), judged([0.0, 0.9], policy())

    assert await asked(guard, clip_of([0, 230]), own) == (own,)
    assert guard.asked == []


async def test_without_a_picture_the_guard_is_asked_nothing() -> None:
    guard = Guard()
    pixels = np.empty((0, 2, 2, 3), np.uint8)
    content = SimpleNamespace(sha256="9f" * 32)
    blind = cast(Clip, SimpleNamespace(sampled=reel(pixels, []), content=content))

    await asked(guard, blind, judged([], guns("guns never")))

    assert guard.asked == []


@pytest.mark.parametrize(
    ("frames", "policies", "words", "expected"),
    [
        (8, 1, 1, 2),  # a quarter of 8 answers
        (3, 1, 3, 1),  # one frame at least
        (240, 4, 3, 8),  # eight at most
        (20, 2, 3, 3),  # a quarter of 40 answers is 10, which is 3 frames under 3 paraphrases
    ],
)
async def test_their_answers_are_a_quarter_more_at_most_or_one_frame(
    frames: int, policies: int, words: int, expected: int
) -> None:
    guard = Guard()
    texts = tuple(f"paraphrase {n}" for n in range(words))
    own = [judged([0.1] * frames, guns(*texts))]
    own += [judged([0.1] * frames, policy(f"other-{n}")) for n in range(policies - 1)]

    await asked(guard, clip_of([0] * frames), *own)

    assert [count for count, _ in guard.asked] == [expected] and expected <= FRAMES_MAX
    assert expected * words <= max(words, SHARE * frames * policies)


async def test_frames_that_show_the_same_are_asked_about_once() -> None:
    guard, squares = Guard(), [0, 0, 0, 1, 1, 1, 2, 2]
    own = judged([0.1] * 8, guns("guns never"))

    (one,) = await asked(guard, clip_of([0, 250, 0], squares), own)

    assert guard.asked == [(1, ("guns never",))]
    assert [(a.pts_seconds, a.copy_of) for a in one.paraphrases[0].answers] == [(6.0, None)]


async def test_without_time_none_is_asked_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    guard, own = Guard(), judged([0.1] * 8, guns("guns never"))

    with caplog.at_level(logging.WARNING):
        assert await asked(guard, clip_of([0] * 8), own, seconds=0.2, spent=4.0) == (own,)

    assert guard.asked == []
    assert caplog.messages == ["no time for 1 paraphrases: 0.2 s left"]


async def test_with_little_time_fewer_frames_are_asked_about() -> None:
    guard, own = Guard(), judged([0.1] * 32, guns("guns never"))

    await asked(guard, clip_of([0] * 32), own, seconds=1.0, spent=4.0)

    assert guard.asked == [(3, ("guns never",))]  # an eighth of a second each, half of what is left


def test_of_many_paraphrases_some_are_asked_and_others_for_another_video() -> None:
    many = tuple(f"guns , said in way {n} ." for n in range(10))
    own = [judged([0.1], guns(*many))]

    chosen = [chosen_words(own, f"{n:02x}" * 32) for n in range(40)]

    assert {len(words) for words in chosen} == {PER_POLICY_MAX}
    assert {word.number for words in chosen for word in words} == set(range(1, 11))
    assert chosen[3] == chosen_words(own, "03" * 32)
    assert all(many[word.number - 1] == word.text for word in chosen[3])


def test_an_uploads_paraphrases_are_bounded_over_all_policies() -> None:
    own = [judged([0.1], policy(f"p-{n}", paraphrases=("a", "b", "c"))) for n in range(40)]

    words = chosen_words(own, "9f" * 32)

    assert len(words) == PER_UPLOAD_MAX and words == sorted(words)

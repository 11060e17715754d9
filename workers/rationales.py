"""Ask a guard that answers at once why it flagged: one frame of each violated policy.

A guard with a trace has said why already, and is not asked. What it says here is for people and
changes nothing. Bounded by tokens: at most 1024 an upload, the surest violations first; and where
less time is left than the judging took, none: the log says so.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from policies.judgement import PolicyJudgement
from policies.segments import find_segments
from policies.severity import lowest_threshold
from policies.timeline import timeline

from .engine_process import EngineProcess
from .engine_wire import Explained, ExplainRequest
from .media.clip import Clip
from .scoring import moment

TOKENS_MAX = 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Flagged:
    """A frame to be explained: which policy's, its moment, its square, its score."""

    policy: int
    moment: int
    square: int
    score: float


async def with_rationales(
    guard: EngineProcess,
    clip: Clip,
    judged: Sequence[PolicyJudgement],
    *,
    spent_seconds: float,
    deadline: float,
) -> tuple[PolicyJudgement, ...]:
    """The judgements with the guard's words on the frames that speak most for a violation.

    spent_seconds: what judging took; deadline: on the loop's clock
    raises: DeadlineExceeded, EngineCrash, EngineFault, and what the clip raises
    """
    if not guard.ready.why_tokens:
        return tuple(judged)
    found = [one for place in range(len(judged)) for one in flagged(clip, judged, place)]
    asked = sorted(found, key=lambda one: -one.score)[: TOKENS_MAX // guard.ready.why_tokens]
    left = deadline - asyncio.get_running_loop().time()
    if not asked or left < spent_seconds:
        if asked:
            log.warning(
                "no time to say why %d policies are violated: %.1f s left", len(asked), left
            )
        return tuple(judged)
    frames = [frames async for frames in clip.sampled.chunks([one.square for one in asked])]
    shown = np.concatenate(frames)
    texts = tuple(judged[one.policy].policy.text for one in asked)
    request = ExplainRequest(shown.tobytes(), len(shown), clip.sampled.side, texts)
    task = f"explained {len(shown)} frames"
    said = await guard.ask(request, Explained, task, deadline=deadline)
    words = {(one.policy, one.moment): why for one, why in zip(asked, said.words, strict=True)}
    return tuple(_told(one, place, words) for place, one in enumerate(judged))


def flagged(clip: Clip, judged: Sequence[PolicyJudgement], place: int) -> list[Flagged]:
    """The surest sampled hit of a violated policy that nobody has explained; one or none."""
    one, squares = judged[place], {moment(frame): frame.square for frame in clip.sampled.shown}
    line = timeline(one.answers, clip.frame_seconds, clip.content.duration_seconds)
    threshold = lowest_threshold(one.policy)
    peaks = {
        round(pts * 1000)
        for span in find_segments(line, one.policy, threshold)
        for pts in span.peaks
    }
    hits = [
        (answer.score, at)
        for answer in one.answers
        if (at := round(answer.pts_seconds * 1000)) in peaks and at in squares
    ]
    explained = any(a.rationale for a in one.answers if round(a.pts_seconds * 1000) in peaks)
    if explained or not hits:
        return []
    score, at = max(hits)
    return [Flagged(place, at, squares[at], score)]


def _told(one: PolicyJudgement, place: int, words: dict[tuple[int, int], str]) -> PolicyJudgement:
    answers = tuple(
        replace(
            answer, rationale=words.get((place, round(answer.pts_seconds * 1000)), answer.rationale)
        )
        for answer in one.answers
    )
    return replace(one, answers=answers)

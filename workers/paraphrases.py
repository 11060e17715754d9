"""Ask the guard about some frames again under the paraphrases of the policies.

More rows over the same pictures: where they contradict a policy's own text, `decide` notes a
disagreement; the verdict never depends on them. Bounded, because they are no part of what was
asked: at most 3 paraphrases of a policy and 24 of an upload, which take turns from video to video;
at most 8 frames, the peaks of the policies and some between them; and so many that the answers are
a quarter more than without, one frame at least. Where half of the time that is left would not be
enough, fewer frames or none: the log and `reelguard_paraphrases_skipped` say so.
Source: DESIGN.md section 3, "Paraphrases of a policy are more rows".
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policies.judgement import Paraphrased, PolicyJudgement
from policies.timeline import is_parsed
from topics.identity import digest

from . import metrics
from .engine_process import EngineProcess
from .media.clip import Clip
from .scoring import Answers, answers, moment

SHARE = 0.25  # of the answers under the policies' own texts: what paraphrases may cost
TIME_SHARE = 0.5  # of the time that is left
FRAMES_MAX = 8
PER_POLICY_MAX, PER_UPLOAD_MAX = 3, 24

log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class Words:
    """A paraphrase that is asked: policy, its place in the list of policies, and its own there."""

    policy: int
    number: int  # from 1
    text: str


async def with_paraphrases(
    guard: EngineProcess,
    clip: Clip,
    judged: Sequence[PolicyJudgement],
    *,
    spent_seconds: float,
    deadline: float,
) -> tuple[PolicyJudgement, ...]:
    """The judgements with what the guard says under other words.

    spent_seconds: what the policies' own texts took; deadline: on the loop's clock
    raises: DeadlineExceeded, EngineCrash, EngineFault, and what the clip raises
    """
    words = chosen_words(judged, clip.content.sha256)
    shown = len(clip.sampled.shown)
    if not words or not shown:
        return tuple(judged)
    left = deadline - asyncio.get_running_loop().time()
    asked = sum(answer.copy_of is None for one in judged for answer in one.answers)
    per_frame = max(1e-6, spent_seconds) / max(1, asked) * len(words)
    count = min(affordable(shown, len(judged), len(words)), int(left * TIME_SHARE / per_frame))
    if count < 1:
        metrics.PARAPHRASES_SKIPPED.inc()
        log.warning("no time for %d paraphrases: %.1f s left", len(words), left)
        return tuple(judged)
    frames = chosen_frames(clip, judged, words, count)
    others = {moment(frame) for frame in clip.sampled.seen} - frames
    texts = [one.text for one in words]
    rows = await answers(guard, clip.sampled, texts, deadline=deadline, known=others)
    metrics.PARAPHRASE_ANSWERS.inc(len(words) * len(frames))
    return _attached(judged, words, rows)


def _attached(
    judged: Sequence[PolicyJudgement], words: Sequence[Words], rows: Answers
) -> tuple[PolicyJudgement, ...]:
    said: dict[int, list[Paraphrased]] = defaultdict(list)
    for one, row in zip(words, rows, strict=True):
        said[one.policy].append(Paraphrased(number=one.number, text=one.text, answers=row))
    return tuple(replace(p, paraphrases=tuple(said[i])) for i, p in enumerate(judged))


def affordable(frames: int, policies: int, words: int) -> int:
    """How many frames the paraphrases may be asked about."""
    return max(1, min(FRAMES_MAX, int(SHARE * frames * policies / words)))


def chosen_words(judged: Sequence[PolicyJudgement], sha256: str) -> list[Words]:
    """The paraphrases that this content is judged by: always the same ones, others for another."""
    chosen: list[tuple[str, Words]] = []
    for place, one in enumerate(judged):
        ranked = sorted(
            (digest(sha256, one.policy.id, number), Words(place, number, text))
            for number, text in enumerate(one.policy.paraphrases, 1)
        )
        chosen += ranked[:PER_POLICY_MAX]
    return sorted(words for _, words in sorted(chosen)[:PER_UPLOAD_MAX])


def chosen_frames(
    clip: Clip, judged: Sequence[PolicyJudgement], words: Sequence[Words], count: int
) -> set[int]:
    """Moments of sampled frames: the peak of each policy first, then evenly over the rest."""
    shown = {moment(frame) for frame in clip.sampled.shown}
    peaks: list[tuple[float, int]] = []
    for one in (judged[place] for place in dict.fromkeys(word.policy for word in words)):
        scores = [
            (answer.score, round(answer.pts_seconds * 1000))
            for answer in one.answers
            if is_parsed(answer) and round(answer.pts_seconds * 1000) in shown
        ]
        peaks += [max(scores)] if scores else []
    first = list(dict.fromkeys(at for _, at in sorted(peaks, reverse=True)))[:count]
    rest = sorted(shown - set(first))
    more = min(count - len(first), len(rest))
    return {*first, *(rest[i * len(rest) // more] for i in range(more))}

"""Find the frames on which a policy and its paraphrases contradict each other, without any label.

A contradiction is of words, `safe` against `unsafe`, so it depends on no threshold. An unparsable
answer says neither and contradicts nothing.
Source: DESIGN.md section 3, "Paraphrases of a policy are more rows".
"""

from collections import defaultdict
from collections.abc import Sequence

from policies.judgement import FrameAnswer, PolicyJudgement
from policies.timeline import is_parsed
from topics.disagreements import ContradictedFrame

OWN = "text"  # the name of the policy's own words
TEXT_MAX = 2000  # characters of each text in a record


def contradictions(judged: PolicyJudgement) -> tuple[ContradictedFrame, ...]:
    """The frames with both words, in order of time, each with every text's score."""
    said: dict[float, dict[str, FrameAnswer]] = defaultdict(dict)
    for paraphrase in judged.paraphrases:
        for answer in filter(is_parsed, paraphrase.answers):
            said[answer.pts_seconds][_name(paraphrase.number)] = answer
    for answer in filter(is_parsed, judged.answers):
        if answer.pts_seconds in said:
            said[answer.pts_seconds][OWN] = answer
    return tuple(
        ContradictedFrame(pts_seconds=pts, scores={n: a.score for n, a in answers.items()})
        for pts, answers in sorted(said.items())
        if {"safe", "unsafe"} <= {answer.word for answer in answers.values()}
    )


def named_texts(judged: PolicyJudgement, frames: Sequence[ContradictedFrame]) -> dict[str, str]:
    """The words behind the names in some frames' scores."""
    texts = {OWN: judged.policy.text} | {_name(p.number): p.text for p in judged.paraphrases}
    named = {name for frame in frames for name in frame.scores}
    return {name: _cut(text) for name, text in texts.items() if name in named}


def _name(number: int) -> str:
    return f"paraphrase {number}"


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"

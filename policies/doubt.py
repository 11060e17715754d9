"""Why a policy could not be judged, or not wholly: what keeps an upload from being allowed.

An unparsable answer is never counted as safe, and frames that were not seen never as clean.
"""

from dataclasses import dataclass

from policies.judgement import Judgement, PolicyJudgement
from policies.timeline import is_parsed
from topics.fields import Action
from topics.policies import Policy


@dataclass(frozen=True)
class Doubt:
    """reason: a slug for the verdict; owes: the mildest action that the doubt allows."""

    reason: str
    owes: Action


def missing_sense(policy: Policy, judgement: Judgement) -> Doubt | None:
    """A sense that the policy needs and that this upload or this worker does not have."""
    senses = set(judgement.senses)
    if not judgement.has_picture:
        senses.discard("picture")
    missing = [need for need in policy.needs if need not in senses]
    return Doubt(f"no_{missing[0]}", policy.on_unjudged) if missing else None


def doubt(judged: PolicyJudgement, judgement: Judgement) -> Doubt | None:
    """What remains unjudged although every needed sense is there; the gravest reason alone.

    Beyond the policy's tolerance the upload gets what the policy says for the unjudged; a single
    unparsable answer, or an end that is missing, within the tolerance leads to review.
    """
    policy = judged.policy
    unparsable = sum(not is_parsed(answer) for answer in judged.answers)
    if unparsable == len(judged.answers) or _coverage(judged, judgement, unparsable) < (
        policy.minimum_coverage
    ):
        return Doubt("unparsable" if unparsable else "coverage", policy.on_unjudged)
    if unparsable:
        return Doubt("unparsable", "review")
    if judgement.coverage.truncated:
        return Doubt("truncated", "review")
    return None


def _coverage(judged: PolicyJudgement, judgement: Judgement, unparsable: int) -> float:
    """Share of the expected frames with an answer that says something.

    A duplicate is covered by its twin's answer; dense frames count as none, since none of them
    was expected.
    """
    coverage = judgement.coverage
    scored = min(coverage.frames_scored, len(judged.answers)) - unparsable
    return (scored + coverage.frames_duplicate) / max(1, coverage.frames_expected)

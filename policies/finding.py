"""What one policy says about one upload: a list of small rules, each of which may change it.

The rules run in the order of the list; a later one overrules an earlier one. What follows from
all findings together is decide.py's business.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from policies.doubt import doubt, missing_sense
from policies.judgement import Judgement, PolicyJudgement
from policies.place import elsewhere
from policies.segments import Span, find_segments, standing_score
from policies.severity import ENFORCED, hardest, is_harder, lowest_threshold, thresholds
from policies.timeline import timeline
from topics.fields import Action
from topics.uploads import Upload

Result = Literal["violates", "ok", "not_applicable", "unparsable"]
Remaining = Mapping[tuple[str, str], int]  # (policy id, action) -> decisions left today


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything a rule may look at. `remaining`: an action that is not in it has no quota."""

    upload: Upload
    judgement: Judgement
    remaining: Remaining


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One policy's answer.

    reason: why it was not judged, or why its action is another than its score earned
    score: the highest threshold at which a segment stands; threshold: the one of the action that
        the score earned, else the lowest
    spans: the segments at the policy's lowest threshold, where borders were sampled densely
    """

    judged: PolicyJudgement
    result: Result = "ok"
    reason: str | None = None
    score: float = 0.0
    threshold: float | None = None
    action: Action = "allow"
    spans: tuple[Span, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether the policy speaks about this upload at all."""
        return self.reason not in ("other_surface", "other_region")


Rule = Callable[[Finding, Case], Finding]


def find(judged: PolicyJudgement, case: Case) -> Finding:
    """What a policy says about the upload of a case."""
    finding = Finding(judged=judged)
    for rule in RULES:
        finding = rule(finding, case)
    return finding


def _violated(finding: Finding, case: Case) -> Finding:
    """The hardest action whose threshold has a segment.

    An ordinal score says more or less and not how likely: nothing shows that what reached the
    lowest threshold would not have reached the others. So that one alone counts, and it earns the
    hardest action of the policy: never a softer one than the same score would have earned.
    """
    judged, judgement = finding.judged, case.judgement
    duration = judgement.content.duration_seconds
    line = timeline(judged.answers, judgement.frame_seconds, duration)
    score, lowest = standing_score(line, judged.policy), lowest_threshold(judged.policy)
    spans = find_segments(line, judged.policy, lowest)
    earned = [(action, at) for action, at in thresholds(judged.policy) if score >= at]
    if not earned:
        return replace(finding, score=score, threshold=lowest)
    action, threshold = earned[-1]
    found = replace(finding, result="violates", spans=spans, score=score)
    hardest_one = thresholds(judged.policy)[-1][0]
    if judgement.ordinal_engines and action != hardest_one:
        return replace(found, threshold=lowest, action=hardest_one, reason="ordinal_engine")
    return replace(found, threshold=threshold, action=action)


def _doubted(finding: Finding, case: Case) -> Finding:
    """What was not wholly judged is not ok, and gets at least what its doubt owes."""
    found = doubt(finding.judged, case.judgement)
    if found is None:
        return finding
    if finding.result == "violates" and not is_harder(found.owes, finding.action):
        return finding
    result: Result = "violates" if finding.result == "violates" else "unparsable"
    action = hardest([finding.action, found.owes])
    return replace(finding, result=result, reason=found.reason, action=action)


def _lacks_sense(finding: Finding, case: Case) -> Finding:
    """Without a sense it needs, a policy says nothing about the upload."""
    found = missing_sense(finding.judged.policy, case.judgement)
    if found is None:
        return finding
    return _inapplicable(finding, found.reason, found.owes)


def _elsewhere(finding: Finding, case: Case) -> Finding:
    """A policy of other regions or surfaces asks for nothing here."""
    reason = elsewhere(finding.judged.policy, case.upload)
    return _inapplicable(finding, reason, "allow") if reason else finding


def _quota_spent(finding: Finding, case: Case) -> Finding:
    """Beyond its daily quota an action is left to a person."""
    left = case.remaining.get((finding.judged.policy.id, finding.action), 1)
    if not finding.judged.decides or finding.action not in ENFORCED or left > 0:
        return finding
    return replace(finding, action="review", reason="quota_spent")


def _demo(finding: Finding, case: Case) -> Finding:
    """Under a demo engine no policy asks for more than a review."""
    if not case.judgement.demo_engines or not is_harder(finding.action, "review"):
        return finding
    return replace(finding, action="review", reason="demo_engine")


def _inapplicable(finding: Finding, reason: str, action: Action) -> Finding:
    return Finding(judged=finding.judged, result="not_applicable", reason=reason, action=action)


RULES: tuple[Rule, ...] = (
    _violated,
    _doubted,
    _lacks_sense,
    _elsewhere,
    _quota_spent,
    _demo,
)

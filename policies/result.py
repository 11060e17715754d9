"""Write a finding down as it stands in a verdict: result, segments with evidence, place."""

from collections.abc import Iterable

from policies.evidence import evidence_for
from policies.finding import Finding
from policies.judgement import Judgement
from policies.place import shared_regions
from policies.segments import Span
from policies.severity import is_harder
from policies.timeline import is_parsed
from topics.uploads import Upload
from topics.verdicts import PolicyResult, RegionAction, Segment

Place = tuple[str | None, str | None]  # region, surface; None = every one


def result(finding: Finding, judgement: Judgement) -> PolicyResult:
    """A policy's part of the verdict, all segments listed: fit.py caps them."""
    policy = finding.judged.policy
    return PolicyResult(
        policy_id=policy.id,
        version=policy.version,
        mode=policy.mode,
        result=finding.result,
        reason=finding.reason,
        score=finding.score,
        threshold=finding.threshold,
        action=finding.action,
        segments=tuple(_segment(span, judgement) for span in finding.spans),
        rationale=_rationale(finding),
    )


def region_actions(findings: Iterable[Finding], upload: Upload) -> tuple[RegionAction, ...]:
    """Per place the hardest action and who asks for it; a region only where it is harder."""
    hardest: dict[Place, RegionAction] = {}
    for finding in findings:
        if finding.judged.decides and finding.action != "allow":
            for place in _places(finding, upload):
                asked = _asked(finding, place)
                held = hardest.get(place)
                if held is None or is_harder(asked.action, held.action):
                    hardest[place] = asked
    everywhere = [act for act in hardest.values() if act.region is None]
    listed = [
        act
        for act in hardest.values()
        if act.region is None or all(is_harder(act.action, any_.action) for any_ in everywhere)
    ]
    return tuple(sorted(listed, key=lambda act: (act.region or "", act.surface or "")))


def peak_pts(finding: Finding) -> float | None:
    """The frame that speaks most for a violation: of the hardest segment, else of all frames."""
    if finding.spans:
        return max(finding.spans, key=lambda span: span.peak_score).peaks[0]
    parsed = [answer for answer in finding.judged.answers if is_parsed(answer)]
    return max(parsed, key=lambda answer: answer.score).pts_seconds if parsed else None


def _rationale(finding: Finding) -> str | None:
    """What the guard said: about the hit that speaks most for it, else about the peak frame.

    Where no frame was judged, why: the guard's words on the first one, as on an unreadable text.
    """
    if finding.result == "not_applicable":
        return None
    said = {a.pts_seconds: a.rationale for a in finding.judged.answers if a.rationale}
    spans = sorted(finding.spans, key=lambda span: -span.peak_score)
    peak = peak_pts(finding)
    asked = [pts for span in spans for pts in span.peaks] or ([*said] if peak is None else [peak])
    return next((said[pts] for pts in asked if pts in said), None)


def _segment(span: Span, judgement: Judgement) -> Segment:
    return Segment(
        start_seconds=round(span.start_seconds, 3),
        end_seconds=round(span.end_seconds, 3),
        peak_score=span.peak_score,
        evidence=evidence_for(span, judgement.evidence),
    )


def _places(finding: Finding, upload: Upload) -> list[Place]:
    policy = finding.judged.policy
    surface = upload.surface if policy.surfaces else None
    if not policy.regions:
        return [(None, surface)]
    return [(region, surface) for region in shared_regions(policy, upload)]


def _asked(finding: Finding, place: Place) -> RegionAction:
    region, surface = place
    policy_id = finding.judged.policy.id
    return RegionAction(action=finding.action, policy_id=policy_id, region=region, surface=surface)

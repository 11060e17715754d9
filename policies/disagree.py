"""Find what a judgement contradicts: its own thresholds, other versions or words of its policies.

Pure and never an action: reviews settle disagreements, training learns from them. CAD against the
guard follows when an engine answers it.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from policies.contradiction import contradictions, named_texts
from policies.finding import Finding
from policies.judgement import Judgement
from policies.result import peak_pts
from policies.severity import thresholds
from topics.disagreements import Disagreement
from topics.identity import digest
from topics.verdicts import Verdict

SMALL_MARGIN = 0.1  # of score; nearer to a threshold than this the answer might as well be another


def disagreements(
    findings: Sequence[Finding], verdict: Verdict, judgement: Judgement
) -> tuple[Disagreement, ...]:
    """All disagreements of one verdict, in the order of its policies."""
    judged = [finding for finding in findings if finding.result in ("violates", "ok")]
    return tuple(
        one
        for finding in judged
        for one in (
            *_small_margin(finding, verdict, judgement),
            *_shadow(finding, judged, verdict, judgement),
            *_paraphrase(finding, verdict, judgement),
        )
    )


def _small_margin(
    finding: Finding, verdict: Verdict, judgement: Judgement
) -> Iterator[Disagreement]:
    """A deciding score that stands close to a threshold, on either side."""
    at = [threshold for _, threshold in thresholds(finding.judged.policy)]
    nearest = min(at, key=lambda threshold: abs(finding.score - threshold), default=None)
    if finding.judged.decides and nearest is not None:
        if abs(finding.score - nearest) < SMALL_MARGIN:
            scores = {"live": finding.score, "threshold": nearest}
            yield _disagreement(finding, "small_margin", scores, verdict, judgement)


def _shadow(
    finding: Finding, judged: Sequence[Finding], verdict: Verdict, judgement: Judgement
) -> Iterator[Disagreement]:
    """A shadow that says another word than the deciding version of the same policy."""
    if finding.judged.decides:
        return
    for live in judged:
        same = live.judged.policy.id == finding.judged.policy.id
        if same and live.judged.decides and live.result != finding.result:
            scores = {"live": live.score, "candidate": finding.score}
            yield _disagreement(finding, "shadow", scores, verdict, judgement)


def _paraphrase(finding: Finding, verdict: Verdict, judgement: Judgement) -> Iterator[Disagreement]:
    """The same policy in other words, one of which calls a frame safe and another one unsafe."""
    frames = contradictions(finding.judged)
    if not frames:
        return
    worst = max(frames, key=lambda frame: max(frame.scores.values()) - min(frame.scores.values()))
    evidence = judgement.evidence.get(worst.pts_seconds)
    yield msgspec.structs.replace(
        _disagreement(finding, "paraphrase", worst.scores, verdict, judgement),
        pts_seconds=worst.pts_seconds,
        texts=named_texts(finding.judged, frames),
        frames=frames,
        evidence_uri=evidence.uri if evidence else None,
    )


def _disagreement(
    finding: Finding,
    kind: Literal["small_margin", "shadow", "paraphrase"],
    scores: dict[str, float],
    verdict: Verdict,
    judgement: Judgement,
) -> Disagreement:
    policy = finding.judged.policy
    pts = peak_pts(finding)
    evidence = judgement.evidence.get(pts) if pts is not None else None
    return Disagreement(
        disagreement_id=digest(kind, verdict.verdict_id, policy.id, policy.version),
        verdict_id=verdict.verdict_id,
        video_id=verdict.video_id,
        noted_at=verdict.decided_at,
        kind=kind,
        policy_id=policy.id,
        policy_version=policy.version,
        pts_seconds=pts,
        scores=scores,
        evidence_uri=evidence.uri if evidence else None,
    )

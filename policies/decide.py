"""Turn a judgement into a verdict and its disagreements; pure, the same for worker and replay.

`allow` is said only when every deciding policy that applies was judged. Where something was not,
`review` replaces `allow` and nothing harder, and a policy's `on_unjudged` may ask for more. Under a
demo engine the action is always review. Conditions on deepfake and known content do not exist
yet: deepfake is passed through; a match of known content, or a list that could not be asked, turns
`allow` into review. Provenance is passed through too: it is what a file says of itself.
Source: DESIGN.md sections 1 (Severity, Identity) and 4.
"""

from collections.abc import Sequence

from policies.disagree import disagreements
from policies.finding import Case, Finding, Remaining, find
from policies.fit import fit
from policies.judgement import Judgement, Occasion
from policies.result import region_actions, result
from policies.severity import hardest
from topics import identity
from topics.disagreements import Disagreement
from topics.fields import Action
from topics.uploads import Upload
from topics.verdicts import Timing, Verdict, Versions


def decide(
    upload: Upload, occasion: Occasion, judgement: Judgement, remaining: Remaining
) -> tuple[Verdict, tuple[Disagreement, ...]]:
    """The verdict on an upload, and where engines or versions contradict each other.

    remaining: decisions left today by (policy id, action); an action not in it has no quota
    returns: a verdict of at most MAX_VERDICT_BYTES; its action is the hardest over all places
        where the upload is shown, `actions` says which policy asks for what where
    """
    case = Case(upload=upload, judgement=judgement, remaining=remaining)
    ordered = sorted(judgement.policies, key=lambda one: (one.policy.id, one.policy.version))
    findings = [find(judged, case) for judged in ordered]
    action, reasons = settle(findings, judgement)
    verdict = Verdict(
        verdict_id=identity.verdict_id(upload.video_id, occasion.name),
        occasion=occasion.name,
        judgement_id=judgement_id(judgement),
        sequence=occasion.sequence,
        video_id=upload.video_id,
        decided_at=judgement.judged_at,
        action=action,
        reasons=reasons,
        content=judgement.content,
        actions=region_actions(findings, upload),
        policies=tuple(result(finding, judgement) for finding in findings),
        deepfake=judgement.deepfake,
        known_content=judgement.known_content,
        provenance=judgement.provenance,
        coverage=judgement.coverage,
        versions=_versions(judgement),
        timing_seconds=_timing(occasion, judgement),
        score_table_uri=judgement.score_table_uri,
    )
    return fit(verdict), disagreements(findings, verdict, judgement)


def settle(findings: Sequence[Finding], judgement: Judgement) -> tuple[Action, tuple[str, ...]]:
    """The action that follows from all findings, and the slugs that say why it is no plain one."""
    if judgement.demo_engines:
        return "review", ("demo_engine",)
    deciding = [finding for finding in findings if finding.judged.decides and finding.applies]
    if not deciding:
        return "review", ("no_policy",)
    asked = [(finding.action, finding.reason) for finding in deciding]
    if judgement.known_content:
        asked.append(("review", "known_content"))
    if not judgement.lists_complete:
        asked.append(("review", "known_content_unavailable"))
    action = hardest(action for action, _ in asked)
    reasons = {reason for given, reason in asked if given == action}
    return action, tuple(sorted(reason for reason in reasons if reason))


def judgement_id(judgement: Judgement) -> str:
    """One id for all that the judgement depends on."""
    return identity.digest(
        "judgement",
        judgement.content.sha256,
        judgement.policy_set,
        judgement.engines,
        judgement.sampling,
        judgement.decoder,
        judgement.hashlists,
    )


def _versions(judgement: Judgement) -> Versions:
    return Versions(
        worker=judgement.worker,
        engines=judgement.engines,
        policy_set=judgement.policy_set,
        sampling=judgement.sampling,
        decoder=judgement.decoder,
        hashlists=judgement.hashlists,
    )


def _timing(occasion: Occasion, judgement: Judgement) -> Timing:
    spent = (judgement.fetch_seconds, judgement.decode_seconds, judgement.judge_seconds)
    fetch, decode, judge = spent
    return Timing(
        queued=occasion.queued_seconds,
        fetch=fetch,
        decode=decode,
        judge=judge,
        total=occasion.queued_seconds + sum(spent),
    )

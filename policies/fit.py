"""Cap a verdict so that it always fits into its topic: the hardest is kept, the rest counted."""

from dataclasses import dataclass

import msgspec

from policies.severity import ORDER
from topics import codec
from topics.verdicts import MAX_VERDICT_BYTES, PolicyResult, Segment, Verdict


@dataclass(frozen=True)
class _Caps:
    """segments per policy, evidence per segment, characters of a rationale; entries of lists."""

    segments: int
    evidence: int
    rationale: int
    entries: int


_STEPS = (  # the first is held to always, the others when that is still too large
    _Caps(segments=20, evidence=3, rationale=1000, entries=300),
    _Caps(segments=5, evidence=1, rationale=200, entries=100),
    _Caps(segments=1, evidence=0, rationale=0, entries=20),
    _Caps(segments=0, evidence=0, rationale=0, entries=0),
)


def fit(verdict: Verdict) -> Verdict:
    """The verdict in at most MAX_VERDICT_BYTES.

    Beyond all steps, results of the mildest policies are left out; the reason
    `results_omitted` says so.
    """
    capped = verdict
    for caps in _STEPS:
        capped = _capped(verdict, caps)
        if _fits(capped):
            return capped
    while not _fits(capped) and capped.policies:
        capped = _halved(capped)
    return capped


def _fits(verdict: Verdict) -> bool:
    return len(codec.encode(verdict)) <= MAX_VERDICT_BYTES


def _capped(verdict: Verdict, caps: _Caps) -> Verdict:
    deepfake = verdict.deepfake
    if deepfake:
        kept = _hardest(deepfake.segments, caps)
        deepfake = msgspec.structs.replace(deepfake, segments=kept)
    return msgspec.structs.replace(
        verdict,
        actions=verdict.actions[: caps.entries],
        policies=tuple(_result(result, caps) for result in verdict.policies),
        deepfake=deepfake,
        known_content=verdict.known_content[: caps.entries],
    )


def _result(result: PolicyResult, caps: _Caps) -> PolicyResult:
    kept = _hardest(result.segments, caps)
    omitted = result.segments_omitted + len(result.segments) - len(kept)
    rationale = (result.rationale or "")[: caps.rationale] or None
    return msgspec.structs.replace(
        result, segments=kept, segments_omitted=omitted, rationale=rationale
    )


def _hardest(segments: tuple[Segment, ...], caps: _Caps) -> tuple[Segment, ...]:
    """The segments of the highest scores, in order of time."""
    ranked = sorted(segments, key=lambda one: (-one.peak_score, one.start_seconds))
    kept = sorted(ranked[: caps.segments], key=lambda one: one.start_seconds)
    return tuple(
        msgspec.structs.replace(one, evidence=one.evidence[: caps.evidence]) for one in kept
    )


def _halved(verdict: Verdict) -> Verdict:
    ranked = sorted(verdict.policies, key=lambda one: (-ORDER.index(one.action), -one.score))
    kept = sorted(ranked[: len(ranked) // 2], key=lambda one: (one.policy_id, one.version))
    reasons = tuple(sorted({*verdict.reasons, "results_omitted"}))
    return msgspec.structs.replace(verdict, policies=tuple(kept), reasons=reasons)

"""Turn a failure into a verdict: action `error`, nothing judged, the reason beside it; pure."""

from datetime import datetime

from policies.judgement import Occasion
from topics.errors import ReelguardError
from topics.identity import digest, verdict_id
from topics.verdicts import Timing, Verdict, VerdictError, Versions

MESSAGE_MAX = 2000  # characters, as in a dead letter


def error_verdict(
    video_id: str,
    occasion: Occasion,
    error: ReelguardError,
    *,
    versions: Versions,
    at: datetime,
) -> Verdict:
    """The verdict on an upload that could not be judged.

    versions: what was in force; at: when it failed, from which the total time follows
    """
    return Verdict(
        verdict_id=verdict_id(video_id, occasion.name),
        occasion=occasion.name,
        judgement_id=digest("error", video_id, error.reason, versions),
        sequence=occasion.sequence,
        video_id=video_id,
        decided_at=at,
        action="error",
        reasons=(error.reason,),
        versions=versions,
        timing_seconds=_timing(occasion, at),
        error=VerdictError(
            failure_class=error.failure_class,
            reason=error.reason,
            message=str(error)[:MESSAGE_MAX],
            retryable=error.retryable,
        ),
    )


def _timing(occasion: Occasion, at: datetime) -> Timing:
    """How the time was spent is not known of a failure: only the wait and the sum are."""
    total = max(occasion.queued_seconds, at.timestamp() - occasion.sequence / 1000)
    return Timing(queued=occasion.queued_seconds, fetch=0, decode=0, judge=0, total=total)

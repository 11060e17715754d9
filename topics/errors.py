"""Every failure of Reelguard as one tree of exceptions, each with the `reason` that operators see.

`reason` becomes the dead letter's reason and the metric's label; `failure_class` says what is done:
content and record failures are answered and acknowledged, transient ones are tried again first,
faults stop consumption (DESIGN.md section 2).

    ReelguardError
    ├── UsageError            a person's mistake at the command line: exit code 2
    ├── RecordError           bytes that are no record of their topic
    ├── PolicyError           a policy that breaks its rules
    ├── ContentError          this upload cannot be judged; others can
    │   ├── NotFound  EmptySource  FetchRefused  TooLarge  HashMismatch
    │   ├── Unreadable  MediaCrash  MediaLimit  MediaResult
    │   └── DeadlineExceeded  EngineCrash  Unexpected
    ├── TransientError        worth another try inside the deadline
    │   └── FetchTimeout  Throttled  ServerFailure  NoSpace
    └── FaultError            ours, not the upload's: stop consuming, back off
        └── BrokerFault  StoreFault  EngineFault  SandboxFault  DecoderFault
"""

from typing import ClassVar, Literal

FailureClass = Literal["usage", "record", "policy", "content", "transient", "fault"]


class ReelguardError(Exception):
    """Root of the tree. The message says what was tried, what was expected and what came."""

    failure_class: ClassVar[FailureClass] = "fault"
    reason: ClassVar[str] = "reelguard"

    @property
    def retryable(self) -> bool:
        """Whether the same upload may succeed later without being changed."""
        return self.failure_class in ("transient", "fault")


class UsageError(ReelguardError):
    """The command line asked for something that cannot be."""

    failure_class = "usage"
    reason = "usage"


class RecordError(ReelguardError):
    """The bytes are not a record of their topic."""

    failure_class = "record"
    reason = "record"


class PolicyError(ReelguardError):
    """A policy breaks a rule of its schema or of its lifecycle."""

    failure_class = "policy"
    reason = "policy"


class ContentError(ReelguardError):
    """The upload itself cannot be judged; the worker is well."""

    failure_class = "content"
    reason = "content"


class NotFound(ContentError):
    """Nothing is at the upload's address."""

    reason = "not_found"


class EmptySource(ContentError):
    """The file has 0 bytes."""

    reason = "empty"


class FetchRefused(ContentError):
    """The address is outside of what this worker may fetch."""

    reason = "fetch_refused"


class TooLarge(ContentError):
    """The file is larger, longer or has more pixels than the limits allow."""

    reason = "too_large"


class HashMismatch(ContentError):
    """The bytes are not the ones whose sha256 the upload names."""

    reason = "hash_mismatch"


class Unreadable(ContentError):
    """No picture and no sound could be decoded."""

    reason = "unreadable"


class MediaCrash(ContentError):
    """The media process died."""

    reason = "media_crash"


class MediaLimit(ContentError):
    """The media process ran into its limit of memory or processor time."""

    reason = "media_limit"


class MediaResult(ContentError):
    """The media process answered something that is no answer."""

    reason = "media_result"


class DeadlineExceeded(ContentError):
    """The upload was not judged within the job's deadline."""

    reason = "deadline"


class EngineCrash(ContentError):
    """The upload killed the engine process twice."""

    reason = "engine_crash"


class Unexpected(ContentError):
    """A failure that no rule foresaw: a bug of ours, kept apart so that it is seen."""

    reason = "unexpected"


class TransientError(ReelguardError):
    """The upload may well be judged a little later."""

    failure_class = "transient"
    reason = "transient"


class FetchTimeout(TransientError):
    """The upload's server did not answer, or not fast enough."""

    reason = "fetch_timeout"


class Throttled(TransientError):
    """The upload's server asked for patience (429)."""

    reason = "throttled"


class ServerFailure(TransientError):
    """The upload's server failed (5xx)."""

    reason = "server_failure"


class NoSpace(TransientError):
    """This worker has no room for the upload's bytes while it judges them."""

    reason = "no_space"


class FaultError(ReelguardError):
    """Something of ours is broken, so no upload can be judged for now."""

    failure_class = "fault"
    reason = "fault"


class BrokerFault(FaultError):
    """The broker cannot be reached, started or written to."""

    reason = "broker"


class StoreFault(FaultError):
    """The evidence store cannot be written."""

    reason = "store"


class EngineFault(FaultError):
    """An engine cannot be started."""

    reason = "engine"


class SandboxFault(FaultError):
    """The fork server of the media processes cannot be started."""

    reason = "sandbox"


class DecoderFault(FaultError):
    """The decoder that was asked for does not work on this machine."""

    reason = "decoder"

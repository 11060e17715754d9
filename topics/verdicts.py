"""`verdicts`: what was decided about a video, why, by which versions and on what evidence.

At least once: the first record with a `verdict_id` is the decision, later ones are duplicates,
whatever they say (`consume.py` implements that).
"""

from typing import Literal

import msgspec

from .declare import Topic
from .fields import Action, Count, Id, Mode, Score, Seconds, Sha256, Time
from .verdict_examples import VERDICTS as _EXAMPLES


class _Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Settings of every part of a verdict: immutable, absent fields not written."""


class Content(_Part, frozen=True, kw_only=True):
    """What was judged. width and height are as displayed: rotation and pixel aspect applied."""

    sha256: Sha256
    duration_seconds: Seconds
    container: str
    codecs: tuple[str, ...]
    width: Count
    height: Count


class RegionAction(_Part, frozen=True, kw_only=True):
    """The action where it differs by region or surface, and the policy that asks for it."""

    action: Action
    policy_id: str
    region: str | None = None
    surface: str | None = None


class Evidence(_Part, frozen=True, kw_only=True):
    """One frame that supports a segment, stored under its content's sha256."""

    pts_seconds: Seconds
    sha256: Sha256
    uri: str


class Segment(_Part, frozen=True, kw_only=True):
    """A stretch of the video that violates a policy."""

    start_seconds: Seconds
    end_seconds: Seconds
    peak_score: Score
    evidence: tuple[Evidence, ...] = ()


class PolicyResult(_Part, frozen=True, kw_only=True):
    """What one policy version said about the video.

    reason: why it is not_applicable or unparsable, as `no_picture`
    score: the highest score that k of n frames reached; threshold: the one it was held against
    segments_omitted: segments beyond the cap, counted instead of listed
    """

    policy_id: str
    version: int
    mode: Mode
    result: Literal["violates", "ok", "not_applicable", "unparsable"]
    reason: str | None = None
    score: Score = 0.0
    threshold: Score | None = None
    action: Action = "allow"
    segments: tuple[Segment, ...] = ()
    segments_omitted: Count = 0
    rationale: str | None = None


class Deepfake(_Part, frozen=True, kw_only=True):
    """What CAD said: manipulated picture, manipulated sound, or the two not belonging together."""

    result: Literal["fake", "real", "not_applicable", "unparsable"]
    reason: str | None = None
    score: Score | None = None
    visual_score: Score | None = None
    audio_score: Score | None = None
    sync_score: Score | None = None
    segments: tuple[Segment, ...] = ()
    seconds_judged: Seconds = 0.0


class KnownContent(_Part, frozen=True, kw_only=True):
    """A stretch that matches an entry of a list of known content."""

    list: str
    item: str
    distance: float
    start_seconds: Seconds
    end_seconds: Seconds


class Provenance(_Part, frozen=True, kw_only=True):
    """What the file says about its own making, as a C2PA manifest (spec 2.x), and whether it holds.

    state: valid (signed, and the bytes are the signed ones), trusted (by a known authority too),
        unreadable (there is a manifest, and it could not be checked)
    source_types: IPTC digital source types, as `trainedAlgorithmicMedia` (made by a model)
    failures: validation codes of the specification
    """

    state: Literal["absent", "invalid", "valid", "trusted", "unreadable"]
    generator: str | None = None
    issuer: str | None = None
    signed_at: Time | None = None
    source_types: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


class Coverage(_Part, frozen=True, kw_only=True):
    """How much of the video the judgement rests on.

    frames_duplicate: frames that stand for their predecessor's score, too alike to be scored again
    duplicate_distance: the largest difference of perceptual hashes, of 256 bits, that was too alike
    """

    frames_expected: Count
    frames_scored: Count
    frames_duplicate: Count = 0
    duplicate_distance: Count | None = None
    audio_seconds: Seconds = 0.0
    truncated: bool = False
    decode_errors: Count = 0


class Versions(_Part, frozen=True, kw_only=True):
    """Everything that must be equal for two judgements to be comparable.

    decoder: what turned bytes into frames, as `pyav 18.1.0`
    hashlists: version of each list of known content that was matched against
    """

    worker: str
    engines: dict[str, str]
    policy_set: Sha256
    sampling: str
    decoder: str | None = None
    hashlists: dict[str, str] = {}


class Timing(_Part, frozen=True, kw_only=True):
    """Where the time went, in seconds; queued is the time between upload record and worker."""

    queued: Seconds
    fetch: Seconds
    decode: Seconds
    judge: Seconds
    total: Seconds


class VerdictError(_Part, frozen=True, kw_only=True):
    """Why nothing could be judged; `class` on the wire."""

    failure_class: str = msgspec.field(name="class")
    reason: str
    message: str
    retryable: bool


class Verdict(_Part, frozen=True, kw_only=True):
    """One decision about one video.

    verdict_id: sha256(video_id, occasion); occasion: why this verdict exists (`identity.py`)
    judgement_id: sha256 of everything that the judgement depends on
    sequence: grows with each occasion of a video; stale: older content published late
    decided_by: `worker`, or the id of the review that decided
    reasons: slugs that say why the action is review or error, as `unparsable`, `demo_engine`
    """

    verdict_id: Sha256
    occasion: str
    judgement_id: Sha256
    sequence: Count
    video_id: Id
    decided_at: Time
    action: Action
    decided_by: str = "worker"
    reasons: tuple[str, ...] = ()
    stale: bool = False
    supersedes: Sha256 | None = None
    content: Content | None = None
    actions: tuple[RegionAction, ...] = ()
    policies: tuple[PolicyResult, ...] = ()
    deepfake: Deepfake | None = None
    known_content: tuple[KnownContent, ...] = ()
    provenance: Provenance | None = None
    coverage: Coverage | None = None
    versions: Versions
    timing_seconds: Timing
    score_table_uri: str | None = None
    error: VerdictError | None = None


MAX_VERDICT_BYTES = 512 * 1024  # segments and evidence are capped, the rest is counted

VERDICTS = Topic(
    name="verdicts",
    record=Verdict,
    key="video_id",
    partitions=4,
    retention_days=400,
    producers=("worker: moderate", "reviews agent"),
    consumers=("downstream", "reelguard verdict", "reelguard watch"),
    description="Decisions. The first record with a verdict_id is the decision.",
    examples=_EXAMPLES,
)
